# What ships as data: packs, one for each network, and their scenarios.
dist_pack_DATA = rules/packs/linkedin.conf
EXTRA_DIST += rules/packs/forgeries.scenario rules/packs/linkedin.scenario
# Ready-made rules, with their scenarios, and templates for mailbox users.
dist_policy_DATA = \
	rules/policies/answer-yourself.conf \
	rules/policies/ask-back.conf \
	rules/policies/no-word-of-why.conf \
	rules/policies/open-to-people-i-know.conf \
	rules/policies/recruiters.conf
EXTRA_DIST += \
	rules/policies/answer-yourself.scenario \
	rules/policies/ask-back.scenario \
	rules/policies/no-word-of-why.scenario \
	rules/policies/open-to-people-i-know.scenario \
	rules/policies/recruiters.scenario
dist_template_DATA = \
	rules/templates/and-you-are.txt \
	rules/templates/no-thanks.txt \
	rules/templates/not-close-enough.txt \
	rules/templates/which-project.txt \
	rules/templates/why-connect.txt
