# Reads `abidiff --leaf-changes-only` and allows two kinds of difference between an older minor and this one:
#   a record of the list `growable` got members behind its old end;   a record or a table was added.
# Every line that says anything else is printed; exit 1 if there is one. No suppression file can do this: libabigail's
# "inserted at the end" also hides a changed type (measured with 2.2).
#
#   awk -v growable="agente_call agente_outbound" -f judge.awk report

BEGIN { n = split(growable, names, " "); for (i = 1; i <= n; i++) may_grow[names[i]] = 1 }
function refuse(why) { print why ": " $0; bad = 1 }

/^$/ || /^(Leaf changes|Changed leaf types|Removed\/Changed\/Added) / { next }
/^[0-9]+ Added functions?:$/ || /^  \[A\] 'function void anchor_[a-z0-9_]+\(/ { next }
/^'struct [a-z0-9_]+' changed:$/ {
  record = substr($2, 1, length($2) - 1); end = -1
  if (!(record in may_grow)) refuse("frozen")
  next
}
/^  type size changed from [0-9]+ to [0-9]+ \(in bits\)$/ { end = $5 + 0; if ($7 + 0 < end) refuse(record " shrank"); next }
/^  [0-9]+ data member insertions?:$/ { next }
/^    '.*', at offset [0-9]+ \(in bits\)$/ && match($0, /at offset [0-9]+/) {
  if (end < 0 || substr($0, RSTART + 10, RLENGTH - 10) + 0 < end) refuse(record " has it before its old end")
  next
}
{ refuse(record == "" ? "change" : record) }
END { exit bad }
