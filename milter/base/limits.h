// SPDX-License-Identifier: BSD-2-Clause
/*
 * limits.h - every ceiling of the program, on one screen.
 *
 * A message, a user's file or a pattern can be as large and as hostile as its
 * author likes; what we spend on it ends here.  Each constant has a test at
 * the limit and one past it.  Sizes are octets unless the name says otherwise.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	/* One message. */
	LIMIT_HEADER_FIELDS = 1000,        /* fields kept, in order */
	LIMIT_HEADER_SIZE = 256 * 1024,    /* all fields together */
	LIMIT_OWN_FIELDS_OTHERS = 60,      /* forged names, beside ours */
	LIMIT_OWN_FIELDS_NAME_SIZE = 64,   /* of one of them */
	LIMIT_BODY_SIZE = 4 * 1024 * 1024, /* collected of a candidate */
	LIMIT_MESSAGE_POOL = 16 * 1024 * 1024,
	LIMIT_QUEUE_ID = 64,   /* characters, of an argument of a program */
	LIMIT_MIME_PARTS = 64, /* looked at */
	LIMIT_MIME_DEPTH = 10, /* multipart in multipart */
	LIMIT_PART_SIZE = 512 * 1024, /* decoded text of one part */
	LIMIT_TEXT_SIZE = 64 * 1024,  /* of a part, as patterns see it */
	LIMIT_CHARSET_SIZE = 40,      /* a charset's name */
	LIMIT_LINKS = 400,
	LIMIT_LINK_SIZE = 4096,
	LIMIT_LINK_TEXT = 1024,          /* what is shown for it */
	LIMIT_LANGUAGE_SIZE = 64,        /* <html lang="..."> */
	LIMIT_MAILBOXES = 20,            /* in one address field */
	LIMIT_LOOKALIKE = 512,           /* octets compared with a name */
	LIMIT_ADDRESS_FIELD = 16 * 1024, /* octets of it that are read */
	LIMIT_ADDRESS_COLONS = 32,       /* groups in groups: GMime's stack */
	LIMIT_SUBJECT_SIZE = 998,
	LIMIT_RECIPIENTS = 1000,     /* of one envelope, decided on */
	LIMIT_SIGNATURES = 8,        /* DKIM-Signature fields verified */
	LIMIT_SIGNATURE_SIZE = 4096, /* of one */
	LIMIT_SIGNATURE_TAGS = 32,   /* in one */
	LIMIT_SIGNED_FIELDS = 128,   /* names in its h= */
	LIMIT_REPLAY_AGE_DAYS = 7,   /* of a Date that is believed: queues give
					up after five */
	LIMIT_REPLAY_AHEAD_HOURS = 1,
	LIMIT_RESULTS_SIZE = 8192, /* of one Authentication-Results field */
	LIMIT_RESULTS_FIELDS = 16, /* of these that are read */
	LIMIT_RESULTS_HEADER_SIZE = 60 * 1024, /* of a message in which they
						  are believed; OpenDKIM reads
						  64 kB, networks send 27 */
	LIMIT_RESULTS = 32,                    /* in one of them */
	LIMIT_RESULT_PROPERTIES = 16,

	/* A report that an answer came back, which is one of our own. */
	LIMIT_BOUNCE_SIZE = 256 * 1024,  /* body collected of one */
	LIMIT_BOUNCE_PARTS = 8,          /* they have three */
	LIMIT_BOUNCE_RECIPIENTS = 16,    /* told of; an answer has one */
	LIMIT_BOUNCE_BOUNDARY_SIZE = 70, /* RFC 2046, 5.1.1 */

	/* Keys of signers, asked of DNS while mail waits. */
	LIMIT_KEY_NAME_SIZE = 255,   /* a name of DNS (RFC 1035, 2.3.4) */
	LIMIT_KEYS = 64,             /* kept: packs name a handful of signers,
					each with a few selectors */
	LIMIT_KEY_TTL_LEAST_S = 60,  /* kept that long though DNS says less: a
					batch of mail asks once */
	LIMIT_KEY_TTL_MOST_S = 3600, /* and no longer: a key that leaked and
					was taken back is believed so long */
	LIMIT_KEY_NONE_S = 60,       /* an absent one; new keys are published
					before they are used */
	LIMIT_KEY_FAILED_S = 5,      /* one that the servers have trouble with:
					not each mail waits for it */
	LIMIT_KEY_LOOKUPS = 16,      /* at the same time: slow ones take four
					seconds and a descriptor each */
	LIMIT_KEY_SILENCES = 3,      /* in a row: the servers are dead; a lost
					packet is no sign yet, it was sent four
					times */
	LIMIT_KEY_PAUSE_S = 10, /* until dead ones are tried again: one mail
				   in that time waits */
	LIMIT_KEY_NEWS_S = 60,  /* between two lines about that in the log */

	/* What is read out of it. */
	LIMIT_NAME_SIZE = 256,
	LIMIT_NAME_WORDS = 16,
	LIMIT_FIELD_SIZE = 1024, /* headline, company, ... */
	LIMIT_NOTE_SIZE = 4096,
	LIMIT_PEOPLE = 32, /* in one digest */
	LIMIT_EVIDENCE = 16,

	/* Files in libconfig's syntax. */
	LIMIT_TREE_DEPTH = 12,
	LIMIT_TREE_NAMES = 1000, /* in one group */
	LIMIT_SETTINGS_SIZE = 256 * 1024,
	LIMIT_PACK_SIZE = 1024 * 1024,
	LIMIT_RULES_SIZE = 64 * 1024, /* a user's rules.conf */
	LIMIT_PACKS = 64,
	LIMIT_PAGE_SIZE = 200, /* a page of the network, in a pack */
	LIMIT_PACK_RULES = 4096,
	LIMIT_USER_RULES = 100,
	LIMIT_RULE_NAME_SIZE = 100,
	LIMIT_TAG_SIZE = 64,
	LIMIT_FOLDER_SIZE = 128,
	LIMIT_TEMPLATE_NAME_SIZE = 64,
	LIMIT_USER_CONTACT_FILES = 16,
	LIMIT_ACTIONS = 16,     /* of one rule */
	LIMIT_LIST_VALUES = 64, /* of one condition */
	LIMIT_MY_WORDS = 100,   /* companies, groups, interests: of a list */
	LIMIT_MY_WORD_SIZE = 200,
	LIMIT_CONTACTS_SIZE = 256 * 1024 * 1024, /* all files of a user */
	LIMIT_CONTACTS_LINE = 16 * 1024,
	LIMIT_CONTACTS_MEMORY = 512 * 1024 * 1024, /* of a set */
	LIMIT_CONTACT_KEY_SIZE = 255,              /* a name, address or slug */
	LIMIT_CONTACT_EMAILS = 8,                  /* of a person */
	LIMIT_CONTACT_GROUP_SIZE = 64,
	LIMIT_ARCHIVE_ENTRIES = 10000, /* files in a zip file; LinkedIn's have
					  some fifty */
	LIMIT_ARCHIVE_FILE_SIZE = 64 * 1024 * 1024, /* of one, unpacked */
	LIMIT_ARCHIVE_SIZE = 128 * 1024 * 1024,     /* of all in sum */
	LIMIT_CSV_CELLS = 256,                      /* of a row */
	LIMIT_CONTACT_GROUPS = 32, /* different ones in a set */
	LIMIT_ALIASES_SIZE = 16 * 1024 * 1024,
	LIMIT_USER_NAME_SIZE = 128,
	LIMIT_FOLDER_SETTLE_MS = 2000, /* since a file was written, until it is
					  believed: who writes it in pieces
					  pauses less */
	LIMIT_FOLDER_REFUSED_S = 60,   /* one that is no system user's: whose it
					  is may be asked of a slow server */

	/* Patterns; shipped ones are ours, a user's are anybody's. */
	LIMIT_PATTERN_SIZE = 4096,
	LIMIT_PATTERN_COMPILED = 64 * 1024,
	LIMIT_PATTERN_GROUPS = 32,
	LIMIT_PATTERN_MATCH = 200000, /* PCRE2 match limit */
	LIMIT_PATTERN_DEPTH = 10000,  /* PCRE2 depth limit */
	LIMIT_PATTERN_HEAP_KIB = 4096,
	LIMIT_USER_PATTERNS = 200,     /* in a user's rules */
	LIMIT_USER_PATTERN_ERRORS = 5, /* in one decision; then no more */
	LIMIT_USER_PATTERN_SIZE = 256,
	LIMIT_USER_PATTERN_COMPILED = 16 * 1024,
	LIMIT_USER_PATTERN_MATCH = 20000,
	LIMIT_USER_PATTERN_DEPTH = 2000,
	LIMIT_USER_PATTERN_STEPS = 60000, /* items tried in one search */
	LIMIT_USER_PATTERN_HEAP_KIB = 1024,
	LIMIT_USER_TEXT_SIZE = 16 * 1024, /* subject of a user's pattern */

	/* What outlives a message. */
	LIMIT_LEARNED = 20,        /* recipients remembered of one envelope */
	LIMIT_LEARNED_DAY = 2000,  /* and in a day by one filter: for as long as
				      marks are kept, together less than
				      LIMIT_STORE_ROWS */
	LIMIT_STORE_ROWS = 100000, /* people seen; claims */
	LIMIT_STORE_JOBS = 10000,  /* in the outbox, whatever their state */
	LIMIT_JOB_SIZE = 8 * 1024, /* all texts of one */

	/* A Redis that keeps it, asked while mail waits. */
	LIMIT_REDIS_TIMEOUT_MS = 1000, /* for an answer, if nothing is said */
	LIMIT_REDIS_TIMEOUT_LEAST_MS = 10,
	LIMIT_REDIS_TIMEOUT_MOST_MS = 10000,
	LIMIT_REDIS_PAUSE_S = 5, /* until a dead one is tried again: one mail
				    in that time waits */
	LIMIT_REDIS_CONNECTIONS = 8, /* kept while nobody uses them */
	LIMIT_REDIS_DATABASE = 9999, /* number of one */
	LIMIT_REDIS_PASSWORD_SIZE = 512,

	/* What goes out. */
	LIMIT_TEMPLATE_SIZE = 2048,
	LIMIT_REPLY_SIZE = 8 * 1024,    /* headers and body */
	LIMIT_NOTICE_SIZE = 64 * 1024,  /* of a draft: the same; room for any */
	LIMIT_DIGEST_DRAFTS = 16,       /* in one mail */
	LIMIT_DIGEST_SIZE = 256 * 1024, /* the same of that; else one by one */
	LIMIT_DAILY_ENTRIES = 50,       /* held, and filed, in a digest */
	LIMIT_DAILY_SIZE = 7 * 1024,    /* of them in a job, which is larger */
	LIMIT_SHOWN_SIZE = 200,         /* of a value out of mail in it */
	LIMIT_MAILTO_SIZE = 1900,    /* some programs cut at 2,000 and some */
	LIMIT_REPLY_AGE_DAYS = 7,    /* of the mail that is answered */
	LIMIT_REPLY_AHEAD_HOURS = 1, /* its Date is in our future */
	LIMIT_REPLY_HOPS = 30,       /* its Received fields */
	LIMIT_GIVEN_NAME_SIZE = 40,  /* characters in a reply */
	LIMIT_RESULT_HEADER_SIZE = 900, /* one X-RSVP field */
	LIMIT_HOLD_REASON_SIZE = 100,   /* Postfix cuts there */
	LIMIT_AUDIT_SIZE = 512 * 1024,  /* one record, of a full envelope */
	LIMIT_AUDIT_QUEUE = 8 * 1024 * 1024, /* that wait to be written */
	LIMIT_LOG_LINE = 1000,
	LIMIT_SYSLOG_NAME_SIZE = 32, /* of its sender's name */

	/* Questions about the running filter (daemon/control.h). */
	LIMIT_CONTROL_CLIENTS = 8,         /* at the same time */
	LIMIT_CONTROL_REQUEST = 64,        /* a line */
	LIMIT_CONTROL_ANSWER = 128 * 1024, /* all figures are 15 kB */
	LIMIT_CONTROL_MS = 5000            /* for one client, in all */
};

#endif
