"""Reads the same table from CSV, JSON and JSON lines, and prints each row as RoundTripTests spells it.

python3 read_back.py TABLE.csv TABLE.json TABLE.jsonl
"""
import base64
import csv
import json
import struct
import sys


def real(value):
    if value is None or value == "":
        return "null"
    number = float(value)
    return "nan" if number != number else struct.pack(">d", number).hex()


def row(integer, number, first, second, blob):
    return " ".join([str(int(integer)), real(number), first.encode().hex(), second.encode().hex(),
                     base64.b64decode(blob).hex()])


with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.reader(file, strict=True))[1:]
with open(sys.argv[2], encoding="utf-8") as file:
    rows += [list(entry.values()) for entry in json.load(file)]
with open(sys.argv[3], encoding="utf-8", newline="\n") as file:
    rows += [list(json.loads(line).values()) for line in file]
for values in rows:
    print(row(*values))
