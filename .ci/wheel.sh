#!/usr/bin/env bash
# Use an installed chippolicy as its users do, in a folder without the checkout.
# wheel.sh BIN CHECKOUT FOLDER
set -euo pipefail
bin=$1 checkout=$2 folder=$3
mkdir -p "$folder"
cd "$folder"

"$bin/chippolicy" --version
"$bin/chippolicy" validate --strict
"$bin/chippolicy" show chips/nvidia-h20 > card.txt
grep -q "148" card.txt
"$bin/chippolicy" schema chips > chips.schema.json
"$bin/chippolicy" list chips --format csv > /dev/null
"$bin/python" - <<'PYTHON'
import chippolicy

dataset = chippolicy.load()
chip = dataset.chips["nvidia-h20"]
assert chip.memory_gb == 96
assert dataset.citations_of(chip)
assert chippolicy.validate().valid
assert "https://w3id.org/chippolicy/schemas/0.1.0/chips.schema.json" in chippolicy.schema_registry()
print("import: ok")
PYTHON

# A broken cell in a copy is told by file, line, column and value.
package=$("$bin/python" -c "from chippolicy._resources import resource; print(resource('datapackage'))")
case $package in "$checkout"/*) echo "the wheel leans on the checkout" >&2; exit 1 ;; esac
cp "$package/data/chips.csv" chips.csv
sed 's/,4000,/,"4,000",/' chips.csv > broken.csv
! cmp -s chips.csv broken.csv
mv broken.csv chips.csv
status=0
"$bin/chippolicy" validate chips.csv > report.txt || status=$?
cat report.txt
test "$status" -eq 1
grep -q "value/type" report.txt
