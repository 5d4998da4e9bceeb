#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/encoding.h"
#include "crypto/checkpoint.h"
#include "crypto/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The log of the tests: id 00 01 02 …, Ed25519 seed 07 07 07 …, as tests/evidence/peer.go has them.
 */
static struct cl_vkey key;
static uint8_t seed[CL_SEED];
static struct cl_checkpoint head = {.size = 3};

static int setup(void **state)
{
    (void)state;
    uint8_t log_id[CL_HASH], public_key[CL_PUBLIC];
    for (unsigned i = 0; i < CL_HASH; i++) {
        log_id[i] = (uint8_t)i;
        head.root.bytes[i] = (uint8_t)(0xff - i);
    }
    memset(seed, 7, sizeof seed);
    return cl_sign_public(seed, public_key) || cl_vkey_make(log_id, public_key, &key);
}

static struct cl_buf signed_note(void)
{
    struct cl_buf note = cl_buf(4096);
    assert_int_equal(cl_checkpoint_sign(&key, seed, &head, &note), CL_OK);
    return note;
}

static enum cl_err open_text(const char *text)
{
    struct cl_checkpoint got;
    return cl_checkpoint_open((const uint8_t *)text, strlen(text), &key, &got);
}

/* The golden file is written by Go's golang.org/x/mod/sumdb/note (tests/evidence/peer.go). */
static void written_as_go_writes_it(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf note = signed_note(), vkey = cl_buf(256);
    char golden[1024];
    FILE *f = fopen(CL_VECTORS "/evidence/go.checkpoint", "rb");
    assert_non_null(f);
    size_t n = fread(golden, 1, sizeof golden, f);
    (void)fclose(f);
    assert_int_equal(note.len, n);
    assert_memory_equal(note.data, golden, n);

    f = fopen(CL_VECTORS "/evidence/go.vkey", "rb");
    assert_non_null(f);
    n = fread(golden, 1, sizeof golden, f);
    (void)fclose(f);
    assert_int_equal(cl_vkey_write(&key, &vkey), CL_OK);
    assert_int_equal(vkey.len + 1, n);
    assert_memory_equal(vkey.data, golden, vkey.len);
}

static void round_trip(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf note = signed_note();
    struct cl_checkpoint got;
    assert_int_equal(cl_checkpoint_open(note.data, note.len, &key, &got), CL_OK);
    assert_int_equal(got.size, 3);
    assert_memory_equal(got.root.bytes, head.root.bytes, CL_HASH);
}

/* The example of c2sp.org/signed-note: a note that is no checkpoint, by a key that is no log's. */
static void standard_example(void **state)
{
    (void)state;
    static const char vkey[] =
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    static const char note[] = "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
                               "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6"
                               "TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    struct cl_vkey example;
    struct cl_checkpoint got;
    assert_int_equal(cl_vkey_parse((const uint8_t *)vkey, strlen(vkey), &example), CL_OK);
    assert_string_equal(example.name, "example.com/foo");
    /* signature good, body no checkpoint: the error tells that the first was reached and passed */
    assert_int_equal(cl_checkpoint_open((const uint8_t *)note, strlen(note), &example, &got),
                     CL_MALFORMED);
    char changed[sizeof note];
    memcpy(changed, note, sizeof note);
    changed[0] = 't';
    assert_int_equal(cl_checkpoint_open((const uint8_t *)changed, strlen(changed), &example, &got),
                     CL_BAD_SIGNATURE);
}

static void bad_vkeys(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "+",
        "example.com/foo",
        "example.com/foo+530d903a",
        "example.com/foo+530d903a+",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cl_vkey got;
        assert_int_equal(cl_vkey_parse((const uint8_t *)bad[i], strlen(bad[i]), &got),
                         CL_MALFORMED);
    }
}

static void every_byte_matters(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf note = signed_note();
    struct cl_checkpoint got;
    for (size_t i = 0; i < note.len; i++) {
        for (unsigned bit = 1; bit < 256; bit <<= 1) {
            note.data[i] ^= (uint8_t)bit;
            assert_int_not_equal(cl_checkpoint_open(note.data, note.len, &key, &got), CL_OK);
            note.data[i] ^= (uint8_t)bit;
        }
        assert_int_not_equal(cl_checkpoint_open(note.data, i, &key, &got), CL_OK);
    }
}

static void refusals(void **state)
{
    (void)state;
    assert_int_equal(open_text(""), CL_MALFORMED);
    assert_int_equal(open_text("\n\n"), CL_MALFORMED);
    assert_int_equal(open_text("a\n3\nb\n\nno dash\n"), CL_MALFORMED);
    assert_int_equal(open_text("a\n3\nb\n\n\xe2\x80\x94 x AAAAAAA=\n"), CL_OTHER_KEY);
    assert_int_equal(open_text("a\n3\nb\n\n\xe2\x80\x94 x AAAA\n"), CL_MALFORMED);
    assert_int_equal(open_text("a\r\n3\nb\n\n\xe2\x80\x94 x AAAAAAA=\n"), CL_MALFORMED);
    assert_int_equal(open_text("a\xc0\x80\n3\nb\n\n\xe2\x80\x94 x AAAAAAA=\n"), CL_MALFORMED);
}

/* Signed by the right key, yet not one spelling of a checkpoint. */
static enum cl_err open_signed(const char *body)
{
    cl_cleanup(cl_buf_free) struct cl_buf note = cl_buf(4096);
    uint8_t signature[CL_KEY_HASH + CL_SIGNATURE];
    struct cl_checkpoint got;
    memcpy(signature, key.id, CL_KEY_HASH);
    assert_int_equal(cl_sign(seed, body, strlen(body), signature + CL_KEY_HASH), CL_OK);
    assert_int_equal(cl_buf_put_str(&note, body), CL_OK);
    assert_int_equal(cl_buf_put_str(&note, "\n\xe2\x80\x94 "), CL_OK);
    assert_int_equal(cl_buf_put_str(&note, key.name), CL_OK);
    assert_int_equal(cl_buf_put_str(&note, " "), CL_OK);
    assert_int_equal(cl_base64_encode(signature, sizeof signature, &note), CL_OK);
    assert_int_equal(cl_buf_put_str(&note, "\n"), CL_OK);
    return cl_checkpoint_open(note.data, note.len, &key, &got);
}

static void signed_but_wrong(void **state)
{
    (void)state;
#define O    "consentlog/0001020304050607\n"
#define ROOT "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    assert_int_equal(open_signed(O "3\n" ROOT), CL_OK);
    assert_int_equal(open_signed(O "3\n" ROOT "an extension\n"), CL_OK);
    assert_int_equal(open_signed("consentlog/0001020304050608\n3\n" ROOT), CL_OTHER_KEY);
    assert_int_equal(open_signed(O "03\n" ROOT), CL_MALFORMED);
    assert_int_equal(open_signed(O "+3\n" ROOT), CL_MALFORMED);
    assert_int_equal(open_signed(O "-3\n" ROOT), CL_MALFORMED);
    assert_int_equal(open_signed(O "\n" ROOT), CL_MALFORMED);
    assert_int_equal(open_signed(O "9223372036854775808\n" ROOT), CL_MALFORMED);
    assert_int_equal(open_signed(O "3\nAAAA\n"), CL_MALFORMED);
    assert_int_equal(open_signed(O "3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n"),
                     CL_MALFORMED);
    assert_int_equal(open_signed(O "3\n"), CL_MALFORMED);
    assert_int_equal(open_signed(O "3\n" ROOT "\nlate\n"), CL_MALFORMED);
}

/* Other keys' signatures beside ours are nobody's business here; a broken one of ours is. */
static void cosigned(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf note = signed_note();
    struct cl_checkpoint got;
    assert_int_equal(cl_buf_put_str(&note, "\xe2\x80\x94 witness.example AAAAAAAA\n"), CL_OK);
    assert_int_equal(cl_checkpoint_open(note.data, note.len, &key, &got), CL_OK);
    assert_int_equal(cl_buf_put_str(&note, "\xe2\x80\x94 bad+name AAAAAAAA\n"), CL_OK);
    assert_int_equal(cl_checkpoint_open(note.data, note.len, &key, &got), CL_MALFORMED);
}

/* ---- proofs ------------------------------------------------------------------------------ */

static struct cl_hash leaves[2], root;

static struct cl_buf proof_of_first(uint64_t index)
{
    static const char *const entries[] = {"first", "second"};
    struct cl_proof proof = {.count = 1};
    struct cl_buf note = cl_buf(4096), file = cl_buf(CL_PROOF_FILE_MAX);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(cl_merkle_leaf(entries[i], strlen(entries[i]), &leaves[i]), CL_OK);
    assert_int_equal(cl_merkle_node(&leaves[0], &leaves[1], &root), CL_OK);
    proof.hashes[0] = leaves[1];
    struct cl_checkpoint two = {.size = 2, .root = root};
    assert_int_equal(cl_checkpoint_sign(&key, seed, &two, &note), CL_OK);
    assert_int_equal(cl_proof_write(index, &proof, note.data, note.len, &file), CL_OK);
    cl_buf_free(&note);
    return file;
}

/* Does the file prove, by the parts of it, that the leaf is entry `index`? */
static enum cl_err open_proof(const uint8_t *bytes, size_t len, const struct cl_vkey *by,
                              uint64_t index, const struct cl_hash *leaf,
                              struct cl_checkpoint *ret_head)
{
    struct cl_proof proof;
    struct cl_span note;
    uint64_t stated = 0;
    enum cl_err err = cl_proof_split(bytes, len, &stated, &proof, &note);
    if (!err)
        err = cl_checkpoint_open(note.data, note.len, by, ret_head);
    if (!err && stated >= ret_head->size)
        err = CL_MALFORMED;
    if (!err && stated != index)
        err = CL_MISMATCH;
    return err ? err
               : cl_merkle_check_inclusion(&proof, index, ret_head->size, leaf, &ret_head->root);
}

static void proof_holds(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf file = proof_of_first(0);
    struct cl_checkpoint got;
    assert_memory_equal(file.data, "c2sp.org/tlog-proof@v1\nindex 0\n", 31);
    assert_int_equal(open_proof(file.data, file.len, &key, 0, &leaves[0], &got), CL_OK);
    assert_int_equal(got.size, 2);
    assert_int_equal(open_proof(file.data, file.len, &key, 0, &leaves[1], &got), CL_MISMATCH);
    assert_int_equal(open_proof(file.data, file.len, &key, 1, &leaves[1], &got), CL_MISMATCH);
}

static void proof_refusals(void **state)
{
    (void)state;
    struct cl_checkpoint got;
    {
        cl_cleanup(cl_buf_free) struct cl_buf file = proof_of_first(2);
        assert_int_equal(open_proof(file.data, file.len, &key, 2, &leaves[0], &got), CL_MALFORMED);
    }
    cl_cleanup(cl_buf_free) struct cl_buf file = proof_of_first(0);
    for (size_t i = 0; i < file.len; i++) {
        file.data[i] ^= 1;
        assert_int_not_equal(open_proof(file.data, file.len, &key, 0, &leaves[0], &got), CL_OK);
        file.data[i] ^= 1;
        assert_int_not_equal(open_proof(file.data, i, &key, 0, &leaves[0], &got), CL_OK);
    }
    cl_cleanup(cl_buf_free) struct cl_buf extra = cl_buf(CL_PROOF_FILE_MAX);
    assert_int_equal(cl_buf_put_str(&extra, "c2sp.org/tlog-proof@v1\nextra AAAA\n"), CL_OK);
    assert_int_equal(cl_buf_put(&extra, file.data + 23, file.len - 23), CL_OK);
    assert_int_equal(open_proof(extra.data, extra.len, &key, 0, &leaves[0], &got), CL_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_as_go_writes_it),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(standard_example),
        cmocka_unit_test(bad_vkeys),
        cmocka_unit_test(every_byte_matters),
        cmocka_unit_test(refusals),
        cmocka_unit_test(signed_but_wrong),
        cmocka_unit_test(cosigned),
        cmocka_unit_test(proof_holds),
        cmocka_unit_test(proof_refusals),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
