# The manual.
dist_man_MANS = \
	milter/man/rsvp-audit.5 \
	milter/man/rsvp-milter.8 \
	milter/man/rsvp-milter.conf.5 \
	milter/man/rsvp-packs.5 \
	milter/man/rsvp-rules.5 \
	milter/man/rsvp-trust.7 \
	milter/man/rsvpctl.1
