// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_page.c - a report as one HTML file.
 *
 * The Content-Security-Policy in it lets only those scripts and that style act
 * whose SHA-256 it names (CSP Level 3, 2.3.1), and lets nothing be fetched.
 * Text from mail is data in a block of JSON, in which no HTML can begin.
 */
#include "ctl/report_page.h"

#include "base/digest.h"
#include "base/file.h"

enum { ASSET_SIZE = 4 * 1024 * 1024, ASSETS = 3 };

static const struct {
	const char *path, *package;
} asset[ASSETS] = {
	{ "chart.js/chart.min.js", "libjs-chart.js" },
	{ "jquery/jquery.min.js", "libjs-jquery" },
	{ "jquery-tablesorter/js/jquery.tablesorter.min.js",
	    "libjs-jquery-tablesorter" },
};

static const char head[] =
    "<title>rsvp-milter: a period in figures</title>\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n";

static const char body[] =
    "<body>\n<main>\n<h1>A period in figures</h1>\n<p id=\"total\"></p>\n"
    "<noscript><p>The figures are shown by scripts in this file; \"rsvpctl "
    "report\" prints them as text.</p></noscript>\n"
    "<h2>Charts</h2>\n<div id=\"charts\"></div>\n"
    "<h2>Time taken</h2>\n<p id=\"times\"></p>\n"
    "<h2>Rules that never matched</h2>\n<ul id=\"never\"></ul>\n"
    "<h2 id=\"all\">All figures</h2>\n"
    "<p><label>Figure <select id=\"by\"><option value=\"\">all</option>"
    "</select></label>\n<label>Containing <input id=\"words\" "
    "type=\"search\"></label>\n<span id=\"shown\" role=\"status\"></span></p>\n"
    "<div class=\"table\" role=\"region\" aria-labelledby=\"all\" "
    "tabindex=\"0\">\n<table id=\"figures\">\n"
    "<caption>Each heading sorts by its column</caption>\n<thead><tr>"
    "<th scope=\"col\">Figure</th><th scope=\"col\">Of</th>"
    "<th scope=\"col\">Count</th><th scope=\"col\">First seen</th>"
    "<th scope=\"col\">Last seen</th></tr></thead>\n"
    "<tbody id=\"rows\"></tbody>\n</table>\n</div>\n</main>\n"
    "<footer><details><summary>Libraries in this page</summary>\n"
    "<p>Chart.js, (c) Chart.js Contributors; jQuery, (c) OpenJS Foundation "
    "and other contributors; tablesorter, (c) Christian Bach and Rob "
    "Garrison.  All under the MIT licence:</p>\n<pre>"
    "Permission is hereby granted, free of charge, to any person obtaining a "
    "copy of this software and associated documentation files (the "
    "\"Software\"), to deal in the Software without restriction, including "
    "without limitation the rights to use, copy, modify, merge, publish, "
    "distribute, sublicense, and/or sell copies of the Software, and to "
    "permit persons to whom the Software is furnished to do so, subject to "
    "the following conditions:\n\nThe above copyright notice and this "
    "permission notice shall be included in all copies or substantial "
    "portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT "
    "WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO "
    "THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND "
    "NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE "
    "LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION "
    "OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION "
    "WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."
    "</pre></details></footer>\n";

/* What the page is made of: the scripts in their order, ours last. */
struct parts {
	struct text script[ASSETS + 1], style, data;
};

static void
add_lines(struct text *out, const char *const *line)
{
	for (; *line != NULL; line++)
		text_add_string(out, *line);
}

/* Base 64 (RFC 4648, section 4) of DIGEST_SIZE octets, given as digits. */
static void
add_base64(struct text *out, const char hex[DIGEST_HEX_SIZE])
{
	static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				     "nopqrstuvwxyz0123456789+/";
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < 2UL * DIGEST_SIZE; i++) {
		bits = bits << 4 | (unsigned)byte_hexadecimal(hex[i]);
		held += 4;
		if (held >= 6) {
			held -= 6;
			text_add_byte(out, letter[bits >> held & 63U]);
			bits &= (1U << held) - 1;
		}
	}
	/* 256 bits: 42 letters, 4 bits more, one "=". */
	text_add_byte(out, letter[bits << (6 - held) & 63U]);
	text_add_byte(out, '=');
}

static int
add_hash(struct text *out, const struct text *content)
{
	char hex[DIGEST_HEX_SIZE];

	if (digest_hex(text_view(content), hex) < 0)
		return -1;
	text_add_string(out, " 'sha256-");
	add_base64(out, hex);
	text_add_string(out, "'");
	return 0;
}

/* No "<", ">", "&" or line separator of JavaScript is left as it is. */
static void
add_data(struct text *out, struct view json)
{
	for (size_t i = 0; i < json.size; i++) {
		char byte = json.data[i];
		struct view three = view_part(json, i, 3);

		if (byte == '<' || byte == '>' || byte == '&') {
			text_addf(out, "\\u%04x", (unsigned)byte);
		} else if (view_equal(three, VIEW("\xE2\x80\xA8")) ||
		    view_equal(three, VIEW("\xE2\x80\xA9"))) {
			text_addf(out, "\\u20%02x",
			    (unsigned char)three.data[2] - 0x80U);
			i += 2;
		} else {
			text_add_byte(out, byte);
		}
	}
}

static int
read_asset(const char *folder, size_t index, struct text *out, struct err *e)
{
	struct text path = TEXT_INIT(4096);
	int result;

	text_addf(&path, "%s/%s", folder, asset[index].path);
	result = text_ok(&path) ? file_read(text_string(&path), out, e)
				: err_set(e, "%s: path too long", folder);
	text_free(&path);
	if (result < 0)
		return err_set(e,
		    "%s; the page needs the Debian package %s, or --assets",
		    e->text, asset[index].package);
	if (view_find_nocase(text_view(out), VIEW("</script")) != VIEW_NONE)
		return err_set(e, "%s: cannot stand in a page",
		    asset[index].path);
	return 0;
}

static int
add_head(struct text *out, const struct parts *p)
{
	int result;

	text_add_string(out,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; base-uri 'none'; "
	    "form-action 'none'; script-src");
	for (size_t i = 0; i <= ASSETS; i++)
		if (add_hash(out, &p->script[i]) < 0)
			return -1;
	text_add_string(out, "; style-src");
	result = add_hash(out, &p->style);
	text_add_string(out, "\">\n");
	text_add_string(out, head);
	text_add_string(out, "<style>");
	text_add(out, text_view(&p->style));
	text_add_string(out, "</style>\n</head>\n");
	return result;
}

static void
add_body(struct text *out, const struct parts *p)
{
	text_add_string(out, body);
	text_add_string(out, "<script type=\"application/json\" id=\"data\">");
	add_data(out, text_view(&p->data));
	text_add_string(out, "</script>\n");
	for (size_t i = 0; i <= ASSETS; i++) {
		text_add_string(out, "<script>");
		text_add(out, text_view(&p->script[i]));
		text_add_string(out, "</script>\n");
	}
	text_add_string(out, "</body>\n</html>\n");
}

int
report_page(const struct report *r, const char *assets, struct text *out,
    struct err *e)
{
	struct parts p = { .style = TEXT_INIT(ASSET_SIZE),
		.data = TEXT_INIT(REPORT_TEXT_SIZE) };
	int result = 0;

	for (size_t i = 0; i <= ASSETS; i++)
		p.script[i].limit = ASSET_SIZE;
	for (size_t i = 0; result == 0 && i < ASSETS; i++)
		result = read_asset(assets, i, &p.script[i], e);
	if (result < 0)
		goto done;
	add_lines(&p.script[ASSETS], report_page_script);
	add_lines(&p.style, report_page_style);
	report_json(r, &p.data);
	result = add_head(out, &p);
	add_body(out, &p);
	if (result < 0 || !text_ok(out) || !text_ok(&p.data) ||
	    !text_ok(&p.style) || !text_ok(&p.script[ASSETS]))
		result = err_set(e, "out of memory");
done:
	for (size_t i = 0; i <= ASSETS; i++)
		text_free(&p.script[i]);
	text_free(&p.style);
	text_free(&p.data);
	return result;
}
