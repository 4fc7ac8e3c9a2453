# policy: a request and what the user says into a plan; pure.
milter_libcore_a_SOURCES += \
	milter/policy/archive.c milter/policy/archive.h \
	milter/policy/cards.c milter/policy/cards.h \
	milter/policy/comparison.c milter/policy/comparison.h \
	milter/policy/condition.c milter/policy/condition.h \
	milter/policy/contacts.c milter/policy/contacts.h \
	milter/policy/contacts_csv.c milter/policy/contacts_csv.h \
	milter/policy/contacts_csv_columns.c milter/policy/contacts_csv_columns.h \
	milter/policy/contacts_entry.c milter/policy/contacts_entry.h \
	milter/policy/contacts_file.c milter/policy/contacts_file.h \
	milter/policy/contacts_key.c milter/policy/contacts_key.h \
	milter/policy/csv.c milter/policy/csv.h \
	milter/policy/guards.c milter/policy/guards.h \
	milter/policy/my_lists.c milter/policy/my_lists.h \
	milter/policy/ldif.c milter/policy/ldif.h \
	milter/policy/name.c milter/policy/name.h \
	milter/policy/name_clean.c milter/policy/name_clean.h \
	milter/policy/plan.c milter/policy/plan.h \
	milter/policy/route.c milter/policy/route.h \
	milter/policy/rules.c milter/policy/rules.h \
	milter/policy/table.c milter/policy/table.h \
	milter/policy/title.c milter/policy/title.h \
	milter/policy/users.c milter/policy/users.h \
	milter/policy/vcard.c milter/policy/vcard.h \
	milter/policy/vcard_property.c milter/policy/vcard_property.h
