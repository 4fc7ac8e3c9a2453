# policy: a request and what the user says into a plan; pure.
milter_libcore_a_SOURCES += \
	milter/policy/contacts.h \
	milter/policy/guards.h \
	milter/policy/name.c milter/policy/name.h \
	milter/policy/plan.c milter/policy/plan.h \
	milter/policy/route.h \
	milter/policy/rules.h \
	milter/policy/title.c milter/policy/title.h \
	milter/policy/users.h
