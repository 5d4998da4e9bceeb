#!/usr/bin/env python3
"""Terms of W3C's Data Privacy Vocabulary that consent-records.jsonld may use: evidence/dpv-terms.txt.

    git clone https://github.com/w3c/dpv && make_dpv_terms.py dpv >evidence/dpv-terms.txt

Only names and how they belong together are taken, of terms that mean the same in every release of DPV 2.
"""
import csv
import io
import re
import subprocess
import sys

RELEASES = ("2.0", "2.1", "2.2", "2.3")
# Whatever has to do with consent; the parties; when something was indicated, by whom and how.
WANTED = re.compile(r"(has)?Consent(?!Notice)\w*|(has)?Data(Subject|Controller)|isIndicated\w+|hasIndicationMethod")
NAMESPACE = "https://w3id.org/dpv#"
OTHERS = (("http://purl.org/dc/terms/", "created description title"), ("http://www.w3.org/2001/XMLSchema#", "dateTime"))


def git(clone, *args):
    return subprocess.run(("git", "-C", clone) + args, check=True, capture_output=True, encoding="utf-8").stdout


def ranges(turtle):
    """What a property's values are said to be, by the property's name."""
    blocks = re.findall(r"^dpv:(\w+) a rdf:Property,(.*?) \.$", turtle, re.M | re.S)
    said = ((name, re.search(r"dcam:rangeIncludes ([^;]*?) ;", block)) for name, block in blocks)
    return {name: found[1].replace("dpv:", NAMESPACE) for name, found in said if found}


def release(clone, version):
    """Lines of that release: IRI, class or property, of what it is an instance, range."""
    at = f"HEAD:{version}/dpv/dpv"
    range_of = ranges(git(clone, "show", f"{at}.ttl"))
    rows = csv.DictReader(io.StringIO(git(clone, "show", f"{at}.csv")))
    return {"\t".join((row["iri"], row["type"], row["dpvtype"] or "-", range_of.get(row["term"], "-")))
            for row in rows if WANTED.fullmatch(row["term"])}


def main(clone):
    commit = git(clone, "rev-parse", "HEAD").strip()
    lines = sorted(set.intersection(*(release(clone, version) for version in RELEASES)))
    print("# Made by ../make_dpv_terms.py. IRI, what it is, of what it is an instance, what its values are.")
    print("# Derived from Data Privacy Vocabulary (DPV), https://w3id.org/dpv, releases " + ", ".join(RELEASES) + ",")
    print(f"# https://github.com/w3c/dpv commit {commit}.")
    print("# Copyright (c) 2019-2026 World Wide Web Consortium. https://www.w3.org/copyright/software-license-2023/")
    print("\n".join(lines))
    print("# DCMI Metadata Terms (ISO 15836-2) and XML Schema")
    for namespace, names in OTHERS:
        for name in names.split():
            kind = "datatype" if namespace.endswith("#") else "property"
            print("\t".join((namespace + name, kind, "-", "-")))


main(*sys.argv[1:])
