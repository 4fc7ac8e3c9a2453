# shellcheck shell=sh
# facts.sh - lists of what the programs have and of what the manual says, one
# thing a line; source it.
milter=${top_srcdir:-.}/milter

# Of the manual, which is written in mdoc(7).

# part PAGE HEADING: the lines below that .Sh or .Ss, up to the next one.
part() {
	awk -v heading="$2" '
		/^\.S[hs] / { inside = substr($0, 5) == heading; next }
		inside' "$milter/man/$1"
}

# section PAGE HEADING: the lines below that .Sh, up to the next one.
section() {
	awk -v heading="$2" '
		/^\.Sh / { inside = substr($0, 5) == heading; next }
		inside' "$milter/man/$1"
}

# item NAME: of these lines those below ".It Ic NAME", with lists in it.
item() {
	awk -v name="$1" '
		/^\.Bl/ { depth++ }
		/^\.El/ { depth-- }
		/^\.It/ && inside && depth == level { exit }
		inside
		$1 == ".It" && $3 == name && !inside {
			inside = 1
			level = depth
		}'
}

# words: what macros set in another type; "Fl Fl x" is --x and "Fl x" is -x.
words() {
	awk '
	function put(word) {
		gsub(/^\\&|,$/, "", word)
		print dash word
		dash = ""
	}
	/^\./ {
		for (i = 1; i <= NF; i++) {
			if ($i == "Fl")
				dash = dash "-"
			else if ($i == "Ar" || $i == "No")
				i++ # what an option takes, or a remark
			else if ($i !~ /^\.?(It|Ic|Cm|Li|Ns|Oo|Oc|Op|Qo|Qc|Qq)$/ &&
			    $i !~ /^[,.:]$/)
				put($i)
		}
	}'
}

# tags: what the lists in these lines are of.
tags() {
	grep '^\.It' | words
}

# Of the source.

# rows FILE NAME: the words of "#define NAME(X)", one X(ROW, "word") each.
rows() {
	awk -v name="#define $2(X)" '
		index($0, name) == 1 { inside = 1 }
		inside
		!/\\$/ { inside = 0 }' "$milter/$1" |
	    sed -n 's/^[^"]*X([A-Z_0-9]*, "\([^"]*\)".*/\1/p'
}

# lines FILE BEGIN END: from the line that matches to the next that does.
lines() {
	awk -v begin="$2" -v end="$3" '
		$0 ~ begin { inside = 1 }
		inside
		inside && $0 ~ end { exit }' "$milter/$1"
}

# strings: what stands in quotes.
strings() {
	grep -o '"[^"]*"' | tr -d '"'
}

# array FILE BEGIN: the strings of the next initializer.
array() {
	lines "$1" "$2" '};' | strings
}

# options FILE: those of its getopt_long(3), or of selection_getopt().
options() {
	tr '\n' ' ' <"$milter/$1" |
	    grep -oE '\{ "[a-z-]+", *(no|required)_argument' |
	    sed 's/{ "/--/; s/".*//'
	tr -s ' \t\n' ' ' <"$milter/$1" |
	    grep -oE 'getopt[_a-z]*\([^"()]*argv, "[^"]*"' |
	    sed 's/.*"\(.*\)"/\1/' |
	    grep -o '[A-Za-z]' | sed 's/^/-/'
}

# shown_options: those that a text of --help names.
shown_options() {
	grep -oE '(^|[ []|, )--?[A-Za-z][a-z-]*' | tr -d ' [,'
}

# exit_codes FILE...: the numbers of EX_OSERR and its like in there, and 0.
exit_codes() {
	echo 0
	{
		echo '#include <sysexits.h>' | ${CC:-cc} -E -dM -
		grep -ohE '\bEX_[A-Z]+\b' "$@"
	} | awk '$1 == "#define" { number[$2] = $3 }
		$1 in number { print number[$1] }'
}

# record_keys [KIND]: of the JSON in the audit file; what audit_KIND_json()
# writes and every record has, or for "decision" what audit_json() does.
record_keys() {
	awk -v kind="${1:-}" '
		/^audit_[a-z]+_json\(/ {
			inside = substr($0, 7, index($0, "_json(") - 7)
		}
		/^begin_record\(/ { inside = "every" }
		kind == "" || inside == "every" || inside == kind ||
		    inside == "" && kind == "decision"
		/^}/ { inside = "" }' "$milter"/effects/audit*.c |
	    tr '\n' ' ' |
	    grep -oE '(json|add)_[a-z_]+\([^()";]*\<j, *"[a-z_]+"' | strings
}

# schema OBJECT...: the keys of these in the schema of records.
schema() {
	"${PYTHON:-python3}" -c '
import json, sys
objects = json.load(sys.stdin)["$defs"]
for name in sys.argv[1:]:
    print(*objects[name]["properties"], sep="\n")' "$@" \
	    <"$milter/../contrib/rsvp-audit.schema.json"
}

# schema_words OBJECT KEY: what a value may be there.
schema_words() {
	"${PYTHON:-python3}" -c '
import json, sys
keys = json.load(sys.stdin)["$defs"][sys.argv[1]]["properties"]
print(*keys[sys.argv[2]]["enum"], sep="\n")' "$@" \
	    <"$milter/../contrib/rsvp-audit.schema.json"
}

# log_lines FILE...: what they log; see open_places.
log_lines() {
	cat "$@" | tr '\n\t' '  ' |
	    grep -oE 'log_(error|warn|info)\( *("([^"\\]|\\.)*" *)+' |
	    sed 's/^[^"]*"//; s/" *$//; s/" *"//g; s/\\"/"/g
		s/%[.*]*[a-z]*[sdu]/*/g' | open_places
}

# open_places: "*" for what a line leaves open: FILE in the manual, %s here.
open_places() {
	sed 's/\<[A-Z][A-Z-]*\>/*/g; s/\.\.\./*/g; s/\*\**/*/g' | grep '[a-z]'
}
