# What ships as data: packs, one for each network, and their scenarios.
dist_pack_DATA = rules/packs/linkedin.conf
EXTRA_DIST += rules/packs/linkedin.scenario
