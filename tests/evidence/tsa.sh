#!/bin/bash
# Time authorities for tests, by openssl alone.
#
#   tsa.sh make DIR                 good, second, expired, and one whose certificate may sign anything but timestamps' worth
#   tsa.sh answer DIR WHO QUERY     the authority's answer on stdout; WHO: good second expired chatty refusing forged under
#   tsa.sh golden                   the files of vectors/evidence/timestamp, with authorities made for this once
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

configure() { # DIR WHO CA
    cat >"$1/$2.cnf" <<CNF
[tsa]
default_tsa = t
[t]
serial = $1/$2.serial
crypto_device = builtin
signer_cert = $1/$2.pem
certs = $1/$3.pem
signer_key = $1/$2.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.4146.2.3
digests = ${4:-sha256}
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = ${5:-0}
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
CNF
    echo 01 >"$1/$2.serial"
}

authority() { # DIR CA SUBJECT [KEY IDENTIFIER] [KIND OF KEY]
    local kind=(ec -pkeyopt ec_paramgen_curve:P-256)
    [ -z "${5:-}" ] || kind=("$5")
    openssl req -new -newkey "${kind[@]}" -nodes -keyout "$1/$2.key" -out "$1/$2.csr" \
        -subj "$3" 2>/dev/null
    : >"$1/$2.index"
    echo 1000 >"$1/$2.next"
    cat >"$1/self.cnf" <<CNF
[ca]
default_ca = c
[c]
database = $1/$2.index
serial = $1/$2.next
new_certs_dir = $1
default_md = sha256
policy = p
unique_subject = no
x509_extensions = e
[p]
commonName = supplied
[e]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = ${4:-hash}
CNF
    openssl ca -batch -notext -selfsign -config "$1/self.cnf" -keyfile "$1/$2.key" -in "$1/$2.csr" -out "$1/$2.pem" \
        -startdate 20150101000000Z -enddate 20450101000000Z -utf8 2>/dev/null
}

certificate() { # DIR CA WHO SUBJECT EKU FROM TO [KIND OF KEY] [DIGEST]
    local kind=(ec -pkeyopt ec_paramgen_curve:P-256)
    [ -z "${8:-}" ] || kind=("$8")
    openssl req -new -newkey "${kind[@]}" -nodes -keyout "$1/$3.key" -out "$1/$3.csr" \
        -subj "$4" 2>/dev/null
    cat >"$1/ca.cnf" <<CNF
[ca]
default_ca = c
[c]
database = $1/$2.index
serial = $1/$2.next
new_certs_dir = $1
certificate = $1/$2.pem
private_key = $1/$2.key
default_md = ${9:-sha256}
policy = p
unique_subject = no
x509_extensions = e
[p]
commonName = supplied
organizationName = optional
[e]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
${5:+extendedKeyUsage = $5}
CNF
    openssl ca -batch -notext -config "$1/ca.cnf" -in "$1/$3.csr" -out "$1/$3.pem" \
        -startdate "$6" -enddate "$7" -utf8 2>/dev/null
}

make() {
    local d=$1
    mkdir -p "$d"
    authority "$d" root '/CN=Test Root'
    authority "$d" other-root '/CN=Another Root'
    certificate "$d" root good '/CN=Good Time/O=Test' critical,timeStamping 20250101000000Z 20450101000000Z
    certificate "$d" other-root second '/CN=Second Time/O=Test' critical,timeStamping 20250101000000Z 20450101000000Z
    certificate "$d" root expired '/CN=Expired Time/O=Test' critical,timeStamping 20200101000000Z 20200201000000Z
    certificate "$d" root plain '/CN=Plain Purpose/O=Test' timeStamping 20250101000000Z 20450101000000Z
    certificate "$d" root server '/CN=Web Server/O=Test' serverAuth 20250101000000Z 20450101000000Z
    certificate "$d" root famous '/CN=Famous Authority/O=Aaa' serverAuth 20250101000000Z 20450101000000Z
    cat "$d/famous.pem" "$d/root.pem" >"$d/crowd.pem"
    cp "$d/good.pem" "$d/chatty.pem"; cp "$d/good.key" "$d/chatty.key"
    cp "$d/good.pem" "$d/refusing.pem"; cp "$d/good.key" "$d/refusing.key"
    # By an authority that took the root's name and key identifier, and by a certificate that may make none: the answers bring the real root along.
    authority "$d" namesake '/CN=Test Root' "$(openssl x509 -in "$d/root.pem" -noout -ext subjectKeyIdentifier | sed -n 's/^ *\([0-9A-F:]*\)$/\1/p')"
    certificate "$d" namesake forged '/CN=Forged Time/O=Test' critical,timeStamping 20250101000000Z 20450101000000Z
    : >"$d/good.index"
    echo 1000 >"$d/good.next"
    certificate "$d" good under '/CN=Time Under Another/O=Test' critical,timeStamping 20250101000000Z 20450101000000Z
    cat "$d/good.pem" "$d/root.pem" >"$d/good-and-root.pem"
    configure "$d" forged root
    configure "$d" under good-and-root
    configure "$d" good root
    configure "$d" second other-root sha256 3
    configure "$d" expired root
    configure "$d" chatty crowd
    configure "$d" refusing root sha512
}

answer() { # DIR WHO QUERY
    openssl ts -reply -config "$1/$2.cnf" -section t -queryfile "$3" -out "$1/answer.$$" 2>/dev/null
    cat "$1/answer.$$"
    rm -f "$1/answer.$$"
}

# A token over the same TSTInfo, signed with a certificate that `openssl ts` would not use, in a granted answer.
foreign_purpose() { # DIR WHO ANSWER
    openssl ts -reply -in "$3" -token_out -out "$1/token.der" 2>/dev/null
    openssl cms -verify -noverify -inform DER -in "$1/token.der" -out "$1/info.der" 2>/dev/null
    openssl cms -sign -cades -nodetach -binary -md sha256 -nosmimecap -outform DER \
        -econtent_type id-smime-ct-TSTInfo -signer "$1/$2.pem" -inkey "$1/$2.key" -in "$1/info.der" -out "$1/forged.der"
    python3 - "$1/forged.der" <<'PY'
import sys
token = open(sys.argv[1], "rb").read()
def der(tag, body):
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([0x80 | 2]) + n.to_bytes(2, "big")
    return bytes([tag]) + size + body
sys.stdout.buffer.write(der(0x30, der(0x30, der(2, b"\0")) + token))
PY
}

golden() {
    local out=$here/../vectors/evidence/timestamp work
    work=$(mktemp -d)
    trap 'rm -rf "'"$work"'"' EXIT
    mkdir -p "$out/bad"
    make "$work"
    cp "$work/root.pem" "$work/other-root.pem" "$out/"
    printf 'what is stamped\n' >"$out/file"
    openssl ts -query -data "$out/file" -sha256 -cert -out "$out/query.tsq" 2>/dev/null
    for who in good second chatty; do answer "$work" "$who" "$out/query.tsq" >"$out/$who.tsr"; done
    answer "$work" expired "$out/query.tsq" >"$out/bad/expired.tsr"
    answer "$work" refusing "$out/query.tsq" >"$out/bad/refused.tsr"
    openssl ts -query -data "$out/file" -sha256 -cert -out "$work/again.tsq" 2>/dev/null
    answer "$work" good "$work/again.tsq" >"$out/bad/other-nonce.tsr"
    openssl ts -query -data "$out/file" -sha256 -cert -no_nonce -out "$out/bad/no-nonce.tsq" 2>/dev/null
    answer "$work" good "$out/bad/no-nonce.tsq" >"$out/bad/no-nonce.tsr"
    # the same nonce, another hash
    python3 - "$out/file" "$out/query.tsq" "$work/lie.tsq" <<'PY'
import hashlib, sys
file, query = (open(p, "rb").read() for p in sys.argv[1:3])
old, new = hashlib.sha256(file).digest(), hashlib.sha256(b"something else").digest()
assert query.count(old) == 1
open(sys.argv[3], "wb").write(query.replace(old, new))
PY
    cp "$work/lie.tsq" "$out/bad/other-bytes.tsq"
    answer "$work" good "$work/lie.tsq" >"$out/bad/other-bytes.tsr"
    foreign_purpose "$work" plain "$out/good.tsr" >"$out/bad/purpose-not-critical.tsr"
    foreign_purpose "$work" server "$out/good.tsr" >"$out/bad/purpose-web-server.tsr"
}

"$@"
