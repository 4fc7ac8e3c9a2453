#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_sendmail.py - the filter before a real Sendmail."""
import sys

import mail_flow as flow
import review_flow as review
from lab import run
from sendmail_lab import SendmailLab, missing

TESTS = [
    flow.a_stranger_is_held_and_a_known_person_is_not,
    flow.two_commands_of_the_readme_are_enough,
    flow.held_mail_is_let_go_or_deleted_by_hand,
    review.review_of_five_hundred_mails,
    flow.a_recruiter_is_tagged,
    flow.an_answer_arrives_once_and_not_twice,
    flow.a_forged_invitation_is_never_answered,
    flow.a_site_may_hold_what_imitates_a_network,
    flow.a_dry_run_changes_nothing,
    flow.ordinary_mail_passes_untouched,
    flow.forged_headers_of_ours_are_removed,
    flow.forged_headers_of_ours_cannot_hide,
    flow.the_milder_rule_wins_and_nothing_shows_across,
    flow.users_with_own_rules_get_mails_of_their_own,
    flow.a_thousand_messages_over_twenty_connections,
    flow.a_reload_under_load_loses_no_message,
    flow.mail_flows_when_the_filter_is_killed_in_mid_message,
    flow.odd_connections_do_no_harm,
    flow.whom_a_user_wrote_to_is_known,
    flow.a_draft_reaches_the_user_and_nobody_else,
    flow.root_is_given_up_and_everything_still_works,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, SendmailLab, missing()))
