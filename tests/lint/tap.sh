# shellcheck shell=sh
# tap.sh - the few lines of TAP that every shell test needs; source it.
#
# Use: plan_skip "why" (and exit), is_ok "name" (status of the last command),
# done_testing at the end.
count=0

plan_skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

# is_ok STATUS NAME [FILE with details]
is_ok() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
		return 0
	fi
	echo "not ok $count - $2"
	[ -z "${3:-}" ] || sed 's/^/# /' "$3"
}

done_testing() {
	echo "1..$count"
}
