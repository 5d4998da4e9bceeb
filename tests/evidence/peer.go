// Go's own note package beside ours. Run with GO111MODULE=off GOPATH=/usr/share/gocode.
//
//	go run peer.go sign            the test log's checkpoint on stdout (golden: vectors/evidence/go.checkpoint)
//	go run peer.go vkey            its verifier key (golden: vectors/evidence/go.vkey)
//	go run peer.go open VKEY <note exit 0 and the text, or 1
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
)

const name = "consentlog/0001020304050607"

func die(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	seed := bytes.Repeat([]byte{7}, 32)
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	typed := append([]byte{1}, public...)
	sum := sha256.Sum256(append([]byte(name+"\n"), typed...))
	id := binary.BigEndian.Uint32(sum[:4])
	switch os.Args[1] {
	case "vkey":
		vkey, err := note.NewEd25519VerifierKey(name, public)
		die(err)
		fmt.Println(vkey)
	case "sign":
		skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id,
			base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
		signer, err := note.NewSigner(skey)
		die(err)
		root := make([]byte, 32)
		for i := range root {
			root[i] = byte(0xff - i)
		}
		text := fmt.Sprintf("%s\n3\n%s\n", name, base64.StdEncoding.EncodeToString(root))
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		die(err)
		os.Stdout.Write(signed)
	case "open":
		verifier, err := note.NewVerifier(os.Args[2])
		die(err)
		in, err := io.ReadAll(os.Stdin)
		die(err)
		opened, err := note.Open(in, note.VerifierList(verifier))
		die(err)
		fmt.Print(opened.Text)
	}
}
