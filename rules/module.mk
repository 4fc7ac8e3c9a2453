# What ships as data: packs, one for each network, and their scenarios.
dist_pack_DATA = rules/packs/linkedin.conf
EXTRA_DIST += rules/packs/forgeries.scenario rules/packs/linkedin.scenario
# Ready-made rules, with their scenarios, and templates for mailbox users.
dist_policy_DATA = \
	rules/policies/address-book.conf \
	rules/policies/answer-yourself.conf \
	rules/policies/ask-back.conf \
	rules/policies/asked-everybody.conf \
	rules/policies/coffee-first.conf \
	rules/policies/collectors.conf \
	rules/policies/every-network.conf \
	rules/policies/forgeries.conf \
	rules/policies/group-mail.conf \
	rules/policies/just-ignore.conf \
	rules/policies/my-groups.conf \
	rules/policies/my-interests.conf \
	rules/policies/no-word-of-why.conf \
	rules/policies/old-colleagues.conf \
	rules/policies/open-to-people-i-know.conf \
	rules/policies/recommend-few.conf \
	rules/policies/recruiters.conf \
	rules/policies/sales-pitch.conf \
	rules/policies/say-who-you-are.conf \
	rules/policies/sign-up-addresses.conf \
	rules/policies/third-time.conf \
	rules/policies/which-project.conf
EXTRA_DIST += \
	rules/policies/address-book.scenario \
	rules/policies/answer-yourself.scenario \
	rules/policies/ask-back.scenario \
	rules/policies/asked-everybody.scenario \
	rules/policies/coffee-first.scenario \
	rules/policies/collectors.scenario \
	rules/policies/every-network.scenario \
	rules/policies/forgeries.scenario \
	rules/policies/group-mail.scenario \
	rules/policies/just-ignore.scenario \
	rules/policies/my-groups.scenario \
	rules/policies/my-interests.scenario \
	rules/policies/no-word-of-why.scenario \
	rules/policies/old-colleagues.scenario \
	rules/policies/open-to-people-i-know.scenario \
	rules/policies/recommend-few.scenario \
	rules/policies/recruiters.scenario \
	rules/policies/sales-pitch.scenario \
	rules/policies/say-who-you-are.scenario \
	rules/policies/sign-up-addresses.scenario \
	rules/policies/third-time.scenario \
	rules/policies/which-project.scenario
dist_rules_DATA = rules/README
dist_template_DATA = \
	rules/templates/and-you-are.txt \
	rules/templates/no-thanks.txt \
	rules/templates/not-close-enough.txt \
	rules/templates/remind-me.txt \
	rules/templates/where-from.txt \
	rules/templates/which-project.txt \
	rules/templates/why-connect.txt \
	rules/templates/your-patience.txt
