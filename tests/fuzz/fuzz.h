// SPDX-License-Identifier: BSD-2-Clause
/*
 * fuzz.h - what every fuzz target includes.
 *
 * A target is one file NAME_fuzz.c: it feeds the octets to one parser and
 * checks what must hold whatever they are.  The usual build links it with
 * main.c, which replays tests/fuzz/corpus/NAME/ as a test; configure
 * --enable-fuzzers links the same file with libFuzzer (see tests/fuzz/run).
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * One input: exactly size octets on the heap, no terminator.  The name is
 * libFuzzer's.  Returns 0.  Must leave nothing behind.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What holds for every input.  A fuzzer needs a crash to see that it fails. */
#define MUST(condition)                                                     \
	do {                                                                \
		if (!(condition)) {                                         \
			fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, \
			    __LINE__, #condition);                          \
			abort();                                            \
		}                                                           \
	} while (0)

#endif
