#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "crypto/timestamp.h"

#include <stdio.h>
#include <string.h>

/* The golden files are openssl's (tests/evidence/tsa.sh golden). */
#define DIR CL_VECTORS "/evidence/timestamp/"

static struct cl_buf slurp(const char *name)
{
    char path[512];
    uint8_t bytes[8192];
    struct cl_buf buf = cl_buf(sizeof bytes);
    (void)snprintf(path, sizeof path, "%s%s", DIR, name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    assert_int_equal(cl_buf_put(&buf, bytes, n), CL_OK);
    return buf;
}

static struct cl_span span(const struct cl_buf *buf)
{
    return (struct cl_span){buf->data, buf->len};
}

static enum cl_err check(const char *file, const char *query, const char *reply, const char *roots,
                         struct cl_timestamp *ret)
{
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp(file), q = slurp(query), r = slurp(reply),
                                          ca = slurp(roots);
    const struct cl_stamped stamped = {.file = span(&f), .query = span(&q), .reply = span(&r)};
    return cl_timestamp_check(&stamped, span(&ca), ret);
}

static void good_answers(void **state)
{
    (void)state;
    struct cl_timestamp got;
    uint8_t hash[CL_HASH];
    /* a program that hashes first must not find digests without numbers later */
    assert_int_equal(cl_sha256("", 0, hash), CL_OK);
    assert_int_equal(check("file", "query.tsq", "good.tsr", "root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_OK);
    assert_string_equal(got.authority, "O=Test,CN=Good Time");
    assert_int_equal(got.accuracy_ms, 1501);
    assert_true(got.time_ms > 1700000000000 && got.time_ms % 1000 == 0);

    assert_int_equal(check("file", "query.tsq", "second.tsr", "other-root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_OK);
    assert_string_equal(got.authority, "O=Test,CN=Second Time");
    assert_true(got.time_ms % 1000 != 0); /* this one gives fractions of a second */
}

/* A token may carry certificates of whomever; the name is the signer's. */
static void named_from_the_signer(void **state)
{
    (void)state;
    struct cl_timestamp got;
    cl_cleanup(cl_buf_free) struct cl_buf reply = slurp("chatty.tsr"), chain = cl_buf(65536);
    assert_int_equal(check("file", "query.tsq", "chatty.tsr", "root.pem", &got), CL_OK);
    assert_string_equal(got.authority, "O=Test,CN=Good Time");
    assert_int_equal(cl_timestamp_chain(span(&reply), &chain), CL_OK);
    unsigned count = 0;
    assert_int_equal(cl_buf_put(&chain, "", 1), CL_OK);
    for (const char *p = (char *)chain.data; (p = strstr(p, "BEGIN CERT")); p++)
        count++;
    assert_int_equal(count, 3);
}

/* The signature fits, and the caller is told that nobody vouches. */
static void without_trust(void **state)
{
    (void)state;
    struct cl_timestamp got;
    assert_int_equal(check("file", "query.tsq", "good.tsr", "other-root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_TSA_UNTRUSTED);
    assert_int_equal(check("file", "query.tsq", "bad/expired.tsr", "root.pem", &got), CL_OK);
    assert_int_equal(got.trust, CL_TSA_EXPIRED);
    assert_string_equal(got.authority, "O=Test,CN=Expired Time");
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *file, *query, *reply;
        enum cl_err err;
    } cases[] = {
        {"file", "query.tsq", "bad/other-nonce.tsr", CL_TSA_REPLAYED},
        {"file", "query.tsq", "bad/no-nonce.tsr", CL_TSA_REPLAYED},
        {"file", "bad/no-nonce.tsq", "bad/no-nonce.tsr", CL_MALFORMED},
        {"file", "query.tsq", "bad/other-bytes.tsr", CL_TSA_OTHER},
        {"file", "bad/other-bytes.tsq", "bad/other-bytes.tsr", CL_TSA_OTHER},
        {"root.pem", "query.tsq", "good.tsr", CL_TSA_OTHER},
        {"file", "query.tsq", "bad/refused.tsr", CL_TSA_REFUSED},
        {"file", "query.tsq", "bad/purpose-not-critical.tsr", CL_TSA_SIGNATURE},
        {"file", "query.tsq", "bad/purpose-web-server.tsr", CL_TSA_SIGNATURE},
        {"file", "query.tsq", "query.tsq", CL_TSA_MALFORMED},
        {"file", "query.tsq", "file", CL_TSA_MALFORMED},
        {"file", "good.tsr", "good.tsr", CL_MALFORMED},
        {"file", "file", "good.tsr", CL_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cl_timestamp got;
        print_message("%s\n", cases[i].reply);
        assert_int_equal(check(cases[i].file, cases[i].query, cases[i].reply, "root.pem", &got),
                         cases[i].err);
    }
}

/* No changed, cut or lengthened answer keeps its name, time and trust. Some bytes may change
 * without harm: those of certificates and attributes that nobody reads, and those that only reword
 * the same status. */
static void every_byte_matters(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp("file"), q = slurp("query.tsq"),
                                          r = slurp("good.tsr"), ca = slurp("root.pem");
    struct cl_stamped stamped = {.file = span(&f), .query = span(&q), .reply = span(&r)};
    struct cl_timestamp good, got;
    size_t harmless = 0;
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &good), CL_OK);
    for (size_t i = 0; i < r.len; i++) {
        r.data[i] ^= 0x01;
        if (cl_timestamp_check(&stamped, span(&ca), &got) == CL_OK && got.trust == CL_OK) {
            assert_int_equal(got.time_ms, good.time_ms);
            assert_string_equal(got.authority, good.authority);
            harmless++;
        }
        r.data[i] ^= 0x01;
        stamped.reply.len = i;
        assert_int_not_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_OK);
        stamped.reply.len = r.len;
    }
    assert_true(harmless < r.len / 2);
    for (size_t i = 0; i < q.len; i++) {
        q.data[i] ^= 0x01;
        (void)(cl_timestamp_check(&stamped, span(&ca), &got) == CL_OK);
        q.data[i] ^= 0x01;
    }
    assert_int_equal(cl_buf_put(&r, "", 1), CL_OK);
    stamped.reply = span(&r);
    assert_int_equal(cl_timestamp_check(&stamped, span(&ca), &got), CL_TSA_MALFORMED);
}

static void queries(void **state)
{
    (void)state;
    cl_cleanup(cl_buf_free) struct cl_buf f = slurp("file"), a = cl_buf(256), b = cl_buf(256),
                                          like = slurp("query.tsq"), reply = slurp("good.tsr");
    assert_int_equal(cl_timestamp_query(span(&f), &a), CL_OK);
    assert_int_equal(cl_timestamp_query(span(&f), &b), CL_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_not_equal(a.data, b.data, a.len);
    assert_true(a.len == like.len ||
                a.len == like.len - 1); /* openssl's nonce may need a ninth byte */
    const struct cl_stamped stamped = {.file = span(&f), .query = span(&a), .reply = span(&reply)};
    struct cl_timestamp got;
    assert_int_equal(cl_timestamp_check(&stamped, (struct cl_span){0}, &got), CL_TSA_REPLAYED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_answers),       cmocka_unit_test(named_from_the_signer),
        cmocka_unit_test(without_trust),      cmocka_unit_test(refusals),
        cmocka_unit_test(every_byte_matters), cmocka_unit_test(queries)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
