#!/usr/bin/env bash
# Use an installed chippolicy on files of every format, first without the extras, then with them.
# formats.sh BIN WHEEL FOLDER
set -euo pipefail
bin=$1 wheel=$2 folder=$3
mkdir -p "$folder"
cd "$folder"

package=$("$bin/python" -c "from chippolicy._resources import resource; print(resource('datapackage'))")
gzip -c "$package/data/topics.csv" > topics.csv.gz
"$bin/chippolicy" validate topics.csv.gz --ignore evidence
printf '{"topics": [{"id": "a-topic", "title": 3}]}' > wrong.json
status=0
"$bin/chippolicy" validate wrong.json --format jsonl > wrong.jsonl || status=$?
test "$status" -eq 1
grep -q '"pointer": "/topics/0/title"' wrong.jsonl

# Without its library a format is told, with what brings it.
printf -- '- {id: a-topic, title: [3]}\n' > topics.yaml
status=0
"$bin/chippolicy" validate topics.yaml > lacking.txt || status=$?
test "$status" -eq 3
grep -qF "chippolicy[yaml]" lacking.txt

"$bin/pip" install -q "$wheel[all]"
"$bin/python" - "$package" <<'PYTHON'
import csv, json, pathlib, sys
import openpyxl, polars, yaml

from chippolicy.derive import load_plan
from chippolicy.formats.cells import decode

data = {}
for name, table in load_plan().tables.items():
    with (pathlib.Path(sys.argv[1]) / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        data[name] = [
            {key: decode(table.by_name[key].base, text) for key, text in row.items() if text}
            for row in csv.DictReader(file)
        ]
data["chips"][0]["released"] = "2014-02-30"
pathlib.Path("all.json").write_text(json.dumps(data), encoding="utf-8")
pathlib.Path("all.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
book = openpyxl.Workbook()
book.remove(book.active)
pathlib.Path("parquet").mkdir(exist_ok=True)
for name, rows in data.items():
    columns = load_plan().tables[name].names
    sheet = book.create_sheet(name)
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) for column in columns])
    values = {column: [row.get(column) for row in rows] for column in columns}
    frame = polars.DataFrame(values, infer_schema_length=None)
    frame.write_parquet(f"parquet/{name}.parquet")
book.save("all.xlsx")
PYTHON
for file in all.json all.yaml all.xlsx parquet; do
    status=0
    "$bin/chippolicy" validate "$file" --against none --format jsonl > told.jsonl || status=$?
    test "$status" -eq 1
    test "$(grep -c . told.jsonl)" -eq 1
    grep -q '"code": "value/date"' told.jsonl
    status=0
    "$bin/chippolicy" diff bundled "$file" --format json > diff.json || status=$?
    test "$status" -eq 1
    "$bin/python" -c "
import json
tables = json.load(open('diff.json'))['tables']
(change,) = [change for table in tables for change in table['changes']]
assert [one['field'] for one in change['fields']] == ['released'], change
"
    echo "$file: ok"
done
