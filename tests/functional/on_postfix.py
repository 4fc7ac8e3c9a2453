#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_postfix.py - the filter before a real Postfix."""
import smtplib
import sys

import mail_flow as flow
import review_flow as review
from lab import check, parse, run, sample, sign
from postfix_lab import PostfixLab, missing



def send_through_a_relay(lab):
    """One mail to alice and bob, by another Postfix."""
    for user in ("alice", "bob"):
        lab.user(user, flow.tag_all("Of-" + user))
    with smtplib.SMTP("127.0.0.1", lab.start_relay()) as smtp:
        smtp.sendmail("s-test@bounce.linkedin.com",
                      ["alice@example.net", "bob@example.net"],
                      sign(sample(flow.RECRUITER)))
    return {user: parse(lab.wait_for_mail(user)[0])
            for user in ("alice", "bob")}


def a_sender_comes_again_for_the_other_user(site):
    with site({"users.split": "true"}) as lab:
        mails = send_through_a_relay(lab)
        flow.check_each_has_own_headers(lab)
        check(mails["alice"]["Message-ID"], mails["bob"]["Message-ID"],
              "they are one mail")


def a_sender_comes_once_where_nothing_is_split(site):
    with site() as lab:
        mails = send_through_a_relay(lab)
        for user, mail in mails.items():
            check(mail["X-RSVP-Tag"], None, user + ": tag")
        check([len(r["recipients"]) for r in lab.records()
               if "recipients" in r], [2], "recipients of each record")


TESTS = [
    flow.a_stranger_is_held_and_a_known_person_is_not,
    flow.two_commands_of_the_readme_are_enough,
    flow.held_mail_is_let_go_or_deleted_by_hand,
    review.review_of_five_hundred_mails,
    flow.a_recruiter_is_tagged,
    flow.an_answer_arrives_once_and_not_twice,
    flow.an_answer_goes_by_smtp_from_nobody,
    flow.an_answer_goes_by_smtp_from_the_user,
    flow.a_forged_invitation_is_never_answered,
    flow.a_site_may_hold_what_imitates_a_network,
    flow.a_dry_run_changes_nothing,
    flow.ordinary_mail_passes_untouched,
    flow.forged_headers_of_ours_are_removed,
    flow.forged_headers_of_ours_cannot_hide,
    flow.the_milder_rule_wins_and_nothing_shows_across,
    flow.users_with_own_rules_get_mails_of_their_own,
    a_sender_comes_again_for_the_other_user,
    a_sender_comes_once_where_nothing_is_split,
    flow.a_broken_rules_file_means_tag_only,
    flow.reload_takes_over_good_settings_and_keeps_old_ones,
    flow.a_thousand_messages_over_twenty_connections,
    flow.a_reload_under_load_loses_no_message,
    flow.a_storm_of_hangups_does_not_end_the_filter,
    flow.mail_flows_when_the_filter_is_killed_in_mid_message,
    flow.odd_connections_do_no_harm,
    flow.internal_clients_are_let_go,
    flow.whom_a_user_wrote_to_is_known,
    flow.a_draft_reaches_the_user_and_nobody_else,
    flow.root_is_given_up_and_everything_still_works,
    flow.stop_and_start_are_clean,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, PostfixLab, missing()))
