#include "report/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define START    INT64_C(1780300800000) /* 2026-06-01T08:00:00Z */
#define HOUR_MS  INT64_C(3600000)
#define ADA      "3f2a99887766554433221100aabbccdd"
#define BEN      "00112233445566778899aabbccddeeff"
#define AT(days) (START + (days)*CL_DAY_MS)

static struct cl_model *model;
static uint64_t next_seq;

static int begin(void **state)
{
    (void)state;
    next_seq = 0;
    return (int)cl_model_begin(&model);
}

static int end(void **state)
{
    (void)state;
    cl_model_free(&model);
    return 0;
}

/* An entry's head, with a salt and a clock as an honest host has them. */
static struct cl_entry entry_at(enum cl_kind kind, int64_t at)
{
    struct cl_entry entry = {.head = {.seq = next_seq++, .kind = kind}};
    entry.head.clock = (struct cl_clock){.time_ms = at,
                                         .synchronized = CL_TRUE,
                                         .boot_id = "0f0e0d0c-0b0a-4908-8706-050403020100",
                                         .uptime_ms = at - START + HOUR_MS};
    for (size_t i = 0; i < sizeof entry.head.salt; i++)
        entry.head.salt[i] = (uint8_t)(37 * (entry.head.seq + 1) + 101 * i);
    return entry;
}

/* A look that saw that state, at that time. */
static struct cl_entry look(int64_t at, const char *pseudonym, enum cl_state state, bool pending)
{
    struct cl_entry entry = entry_at(CL_KIND_OBSERVATION, at);
    const bool shown = state == CL_STATE_ON || state == CL_STATE_OFF;
    struct cl_observation *seen = &entry.observation.seen;
    *seen = (struct cl_observation){
        .state = state,
        .reason = state == CL_STATE_UNKNOWN ? 0 : -1,
        .observed_at = at,
        .pending = pending,
        .trusted = pending ? CL_TRUE : CL_NULL,
        .account = {.premium = CL_NULL},
        .page = {.url = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement",
                 .language = "en",
                 .title = "Data for Generative AI Improvement",
                 .loaded_at = at,
                 .server_date = -1,
                 .corroboration = -1},
        .has_control = shown,
        .candidates = shown};
    (void)snprintf(seen->reading, sizeof seen->reading, "%032x", (unsigned)entry.head.seq + 1);
    seen->control.checked = state == CL_STATE_ON    ? CL_TRUE
                            : state == CL_STATE_OFF ? CL_FALSE
                                                    : CL_NULL;
    seen->control.aria_checked = seen->control.aria_pressed = -1;
    seen->control.label = shown ? "Use my data for training content creation AI models" : NULL;
    entry.observation.pseudonym = pseudonym;
    return entry;
}

static void tell(struct cl_entry entry, enum cl_change change, enum cl_cause cause,
                 enum cl_phase phase)
{
    if (entry.head.kind == CL_KIND_OBSERVATION)
        entry.observation.meaning =
            (struct cl_meaning){.change = change, .cause = cause, .phase = phase};
    assert_int_equal(cl_model_tell(model, &entry), CL_OK);
}

static void genesis(void)
{
    tell(entry_at(CL_KIND_GENESIS, START - HOUR_MS), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
}

static void what_is_seen_again_is_no_event(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    for (int day = 1; day < 30; day++)
        tell(look(AT(day), ADA, CL_STATE_ON, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL,
             CL_PHASE_SEEN);
    cl_model_end(model, AT(29));
    const struct cl_model_account *ada = cl_model_account(model, 0);
    assert_int_equal(model->event_count, 2);
    assert_int_equal(model->observations, 30);
    assert_int_equal(ada->observations, 30);
    assert_int_equal(ada->changes, 0);
    assert_int_equal(model->span_count, 1); /* one time in which all agreed */
    assert_int_equal(model->spans[0].from_ms, AT(0));
    assert_int_equal(model->spans[0].to_ms, AT(29));
    assert_false(model->spans[0].blind);
    assert_int_equal(model->gap_days, 0);
}

static void a_change_is_counted_with_whose_it_was(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(1), ADA, CL_STATE_OFF, true), CL_CHANGE_CHANGED, CL_CAUSE_USER, CL_PHASE_PENDING);
    tell(look(AT(1) + HOUR_MS, ADA, CL_STATE_OFF, false), CL_CHANGE_CHANGED, CL_CAUSE_USER,
         CL_PHASE_CONFIRMED);
    tell(look(AT(2), ADA, CL_STATE_ON, false), CL_CHANGE_CHANGED, CL_CAUSE_UNEXPLAINED,
         CL_PHASE_SEEN);
    cl_model_end(model, AT(2));
    const struct cl_model_account *ada = cl_model_account(model, 0);
    assert_int_equal(model->found_count, 0);
    assert_int_equal(ada->changes, 2); /* the flip itself is none before it is confirmed */
    assert_int_equal(ada->unexplained, 1);
    assert_int_equal(ada->state, CL_STATE_ON);
    assert_int_equal(ada->since_ms, AT(2));
    assert_false(cl_model_lost_flips(model));
}

static void a_flip_that_was_not_saved_is_said_of_its_entry(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(1), ADA, CL_STATE_OFF, true), CL_CHANGE_CHANGED, CL_CAUSE_USER, CL_PHASE_PENDING);
    tell(look(AT(2), ADA, CL_STATE_ON, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_end(model, AT(2));
    assert_true(cl_model_lost_flips(model));
    assert_true(cl_model_not_saved(model, 2));
    assert_false(cl_model_not_saved(model, 1));
    assert_false(cl_model_not_saved(model, 3));
    assert_false(cl_model_not_saved(model, UINT64_C(1) << 40));
    assert_true(model->events[2].not_saved);
    assert_int_equal(cl_model_account(model, 0)->changes, 0);
}

static void nobody_looked(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_OFF, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(4), ADA, CL_STATE_OFF, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_end(model, AT(4));
    assert_int_equal(model->gap_count, 1);
    assert_int_equal(model->gap_days, 3); /* the days between, whole */
    assert_true(model->spans[0].blind);
    cl_model_end(model, AT(10));
    assert_int_equal(model->gap_count, 2);
    assert_int_equal(model->gap_days, 3 + 5);
    cl_model_end(model, AT(6)); /* for another moment, not on top of it */
    assert_int_equal(model->gap_count, 2);
    assert_int_equal(model->gap_days, 3 + 1);
    cl_model_end(model, AT(4));
    assert_int_equal(model->gap_count, 1);
}

/* Nor is a day without a look because the looks of it stand in another order. */
static void days_are_days_whatever_the_clock_did(void **state)
{
    (void)state;
    static const int looks[] = {10, 11, 12, 1, 13, 90, 14, 16};
    genesis();
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        tell(look(AT(looks[i]), ADA, CL_STATE_OFF, false),
             i ? CL_CHANGE_UNCHANGED : CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_end(model, AT(17));
    assert_int_equal(model->gap_days, 8 + 1);
    assert_int_equal(model->gap_count, 2);
    assert_int_equal(model->gaps[0].first, AT(2) / CL_DAY_MS);
    assert_int_equal(model->gaps[0].last, AT(9) / CL_DAY_MS);
    assert_int_equal(model->gaps[1].first, AT(15) / CL_DAY_MS);
    assert_int_equal(model->gaps[1].last, AT(15) / CL_DAY_MS);
}

/* What is kept back between two looks that saw the same may have been a look that saw otherwise. */
static void nobody_knows_what_was_where_an_entry_is_hidden(void **state)
{
    (void)state;
    const struct cl_fault fault = {.field = "state"};
    genesis();
    tell(look(AT(0), ADA, CL_STATE_OFF, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_hide(model, next_seq++);
    tell(look(AT(1), ADA, CL_STATE_OFF, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(2), ADA, CL_STATE_OFF, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    assert_int_equal(cl_model_unread(model, next_seq++, &fault), CL_OK);
    tell(look(AT(9), ADA, CL_STATE_OFF, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_end(model, AT(9));
    assert_int_equal(model->span_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(model->spans[i].state, i == 1 ? CL_STATE_OFF : CL_STATE_UNKNOWN);
        assert_false(model->spans[i].blind);
    }
    assert_int_equal(model->spans[1].from_ms, AT(1));
    assert_int_equal(model->spans[1].to_ms, AT(2));
}

/* A tab that was loaded before the flip cannot show what became of it. */
static void a_tab_from_before_a_flip_says_nothing_of_it(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(1), ADA, CL_STATE_OFF, true), CL_CHANGE_CHANGED, CL_CAUSE_USER, CL_PHASE_PENDING);
    struct cl_entry old = look(AT(2), ADA, CL_STATE_ON, false);
    old.observation.seen.page.loaded_at = AT(1) - HOUR_MS;
    tell(old, CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    assert_true(cl_model_account(model, 0)->flip.waits);
    tell(look(AT(3), ADA, CL_STATE_OFF, false), CL_CHANGE_CHANGED, CL_CAUSE_USER,
         CL_PHASE_CONFIRMED);
    cl_model_end(model, AT(3));
    assert_int_equal(model->found_count, 0);
    assert_false(cl_model_lost_flips(model));
    assert_false(model->events[2].not_saved);
    assert_false(cl_model_account(model, 0)->flip.waits);
    assert_int_equal(model->span_count, 2);
    assert_int_equal(model->spans[1].state, CL_STATE_UNKNOWN);
    assert_int_equal(model->spans[1].to_ms, AT(3));
}

/* What a flip shows may not be what LinkedIn saved, and an old tab shows what was. */
static void no_time_is_told_of_a_flip_or_an_old_tab(void **state)
{
    (void)state;
    static const enum cl_state seen[] = {CL_STATE_ON, CL_STATE_UNKNOWN, CL_STATE_ON};
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(1), ADA, CL_STATE_OFF, true), CL_CHANGE_CHANGED, CL_CAUSE_USER, CL_PHASE_PENDING);
    tell(look(AT(2), ADA, CL_STATE_ON, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    struct cl_entry old = look(AT(3), ADA, CL_STATE_OFF, false);
    old.observation.seen.page.loaded_at = AT(0);
    tell(old, CL_CHANGE_STALE, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(4), ADA, CL_STATE_ON, false), CL_CHANGE_UNCHANGED, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_end(model, AT(4));
    assert_int_equal(model->found_count, 0);
    assert_int_equal(model->span_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(model->spans[i].state, seen[i]);
    assert_int_equal(model->spans[1].from_ms, AT(1));
    assert_int_equal(model->spans[2].from_ms, AT(2));
    assert_int_equal(model->spans[2].to_ms, AT(4));
}

/* It does not go on with what stood before something was kept back. */
static void an_old_tab_behind_a_hidden_entry_tells_nothing(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_hide(model, next_seq++);
    struct cl_entry old = look(AT(1), ADA, CL_STATE_ON, false);
    old.observation.seen.page.loaded_at = AT(0);
    tell(old, CL_CHANGE_STALE, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(2), ADA, CL_STATE_OFF, false), CL_CHANGE_CHANGED, CL_CAUSE_UNEXPLAINED,
         CL_PHASE_SEEN);
    struct cl_entry first = look(AT(2), BEN, CL_STATE_ON, false);
    first.observation.seen.page.loaded_at = AT(0);
    tell(first, CL_CHANGE_STALE, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(3), BEN, CL_STATE_OFF, false), CL_CHANGE_CHANGED, CL_CAUSE_UNEXPLAINED,
         CL_PHASE_SEEN);
    cl_model_end(model, AT(3));
    for (size_t i = 0; i < model->span_count; i++)
        assert_int_equal(model->spans[i].state, CL_STATE_UNKNOWN);
    assert_int_equal(model->span_count, 2);
}

static void accounts_are_kept_apart(void **state)
{
    (void)state;
    genesis();
    tell(look(AT(0), ADA, CL_STATE_ON, false), CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    tell(look(AT(0) + HOUR_MS, BEN, CL_STATE_OFF, false), CL_CHANGE_FIRST, CL_CAUSE_NULL,
         CL_PHASE_SEEN);
    tell(look(AT(0) + 2 * HOUR_MS, NULL, CL_STATE_UNKNOWN, false), CL_CHANGE_FIRST, CL_CAUSE_NULL,
         CL_PHASE_SEEN);
    cl_model_end(model, AT(0) + 2 * HOUR_MS);
    assert_int_equal(model->account_count, 2);
    assert_true(model->has_unknown_account);
    assert_string_equal(cl_model_account(model, 0)->pseudonym, ADA);
    assert_int_equal(cl_model_account(model, 0)->state, CL_STATE_ON);
    assert_int_equal(cl_model_account(model, 1)->state, CL_STATE_OFF);
    assert_string_equal(cl_model_account(model, -1)->pseudonym, "");
    assert_false(cl_model_account(model, -1)->settled); /* unknown is no state */
}

static void what_denies_itself_is_found_and_not_told(void **state)
{
    (void)state;
    genesis();
    struct cl_entry lie = look(AT(0), ADA, CL_STATE_OFF, false);
    lie.observation.seen.control.checked = CL_TRUE;
    tell(lie, CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    cl_model_end(model, AT(0));
    const struct cl_model_account *ada = cl_model_account(model, 0);
    assert_true(model->found_count > 0);
    assert_int_equal(model->found[0].what, CL_FINDING_CONTROL);
    assert_int_equal(model->found[0].seq, 1);
    assert_true(ada->denied);
    assert_false(ada->settled);
    assert_int_equal(ada->shown, CL_STATE_UNKNOWN);
}

/* A log keeps so many, and the host writes nothing of another: whoever did says so of no state. */
static void an_account_too_many_is_said_to_be_that(void **state)
{
    (void)state;
    char name[CL_ACCOUNTS_MAX + 1][33];
    genesis();
    for (unsigned i = 0; i <= CL_ACCOUNTS_MAX; i++) {
        (void)snprintf(name[i], sizeof name[i], "%032x", i + 1);
        struct cl_entry entry = look(AT(0) + i, name[i], CL_STATE_ON, false);
        entry.head.salt[0] ^= (uint8_t)(entry.head.seq >> 8); /* of 256 no two are alike */
        tell(entry, CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
        assert_int_equal(model->found_count, i == CL_ACCOUNTS_MAX);
    }
    cl_model_end(model, AT(0) + CL_ACCOUNTS_MAX);
    assert_int_equal(model->found[0].what, CL_FINDING_ACCOUNT);
    assert_int_equal(model->found[0].seq, CL_ACCOUNTS_MAX + 1);
    assert_string_equal(model->found[0].member, "");
}

static void findings_are_counted_beyond_those_that_are_kept(void **state)
{
    (void)state;
    const struct cl_found found = {.seq = 3, .what = CL_FINDING_DATE};
    for (unsigned i = 0; i < CL_MODEL_FOUND_MAX + 50; i++)
        assert_int_equal(cl_model_found(model, &found), CL_OK);
    assert_int_equal(model->found_count, CL_MODEL_FOUND_MAX + 50);
    assert_int_equal(model->found_kept, CL_MODEL_FOUND_MAX);
}

static void what_a_file_denies_is_told_of_its_entry_alone(void **state)
{
    (void)state;
    genesis();
    for (int i = 0; i < 4; i++) {
        struct cl_entry entry = entry_at(CL_KIND_EXHIBIT, AT(1));
        entry.exhibit.file = "a";
        entry.exhibit.attachments.count = 1;
        entry.exhibit.attachments.item[0].name = "file";
        entry.exhibit.attachments.item[0].media_type = "text/plain; charset=utf-8";
        tell(entry, CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
    }
    const uint64_t before = model->found_count;
    assert_int_equal(cl_model_deny(model, 3, "media_type"), CL_OK);
    assert_int_equal(cl_model_deny(model, 9, "media_type"), CL_OK); /* of one that is left out */
    for (size_t i = 1; i <= 4; i++)
        assert_int_equal(model->events[i].file->type, i == 3 ? CL_CONTENT_TYPES : CL_CONTENT_TEXT);
    assert_int_equal(model->found_count, before + 2);
}

static void withheld_entries_are_ranges(void **state)
{
    (void)state;
    for (uint64_t seq = 0; seq < 20; seq++)
        if (seq != 7)
            cl_model_hide(model, seq);
    assert_int_equal(model->withheld, 19);
    assert_int_equal(model->hidden_count, 2);
    assert_int_equal(model->hidden[0].first, 0);
    assert_int_equal(model->hidden[0].last, 6);
    assert_int_equal(model->hidden[1].first, 8);
    assert_int_equal(model->hidden[1].last, 19);
}

static void tell_stamp(const char *stated)
{
    struct cl_entry entry = entry_at(CL_KIND_TIMESTAMP, AT(1));
    entry.token = (struct cl_token){
        .size = 1, .tsa = stated, .gen_time = AT(1), .authority = "https://time.example/tsr"};
    tell(entry, CL_CHANGE_FIRST, CL_CAUSE_NULL, CL_PHASE_SEEN);
}

static struct cl_stamp stamp_of(uint64_t seq, int64_t at, const char *signer)
{
    struct cl_stamp stamp = {
        .size = 1, .seq = seq, .stamp = {.time_ms = at, .earliest_ms = at, .latest_ms = at + 999}};
    (void)snprintf(stamp.stamp.authority, sizeof stamp.stamp.authority, "%s", signer);
    return stamp;
}

static void an_answer_that_counts_has_its_signers_name(void **state)
{
    (void)state;
    genesis();
    tell_stamp("O=Big,CN=Famous Time");
    tell_stamp("O=Ltd,CN=Small Time");
    tell_stamp("O=Nobody");
    cl_model_end(model, AT(1));
    const struct cl_stamp one = stamp_of(1, AT(1), "O=Ltd,CN=Small Time");
    const struct cl_stamp two = stamp_of(2, AT(2), "O=Ltd,CN=Small Time");
    assert_int_equal(cl_model_stamp(model, &two), CL_OK); /* in whatever order they come */
    assert_int_equal(cl_model_stamp(model, &one), CL_OK);
    assert_int_equal(cl_model_count(model), CL_OK);
    const struct cl_event *events = model->events;
    assert_int_equal(model->event_count, 4);
    assert_string_equal(events[1].label, "O=Ltd,CN=Small Time");
    assert_true(events[1].counted);
    assert_string_equal(events[2].label, "O=Ltd,CN=Small Time");
    assert_null(events[3].label); /* not counted: no name, no time */
    assert_false(events[3].counted);
    assert_int_equal(events[3].gen_time, 0);
    assert_int_equal(model->found[model->found_kept - 1].what, CL_FINDING_TOKEN);
    assert_string_equal(model->found[model->found_kept - 1].member, "tsa");
    assert_int_equal(model->found[model->found_kept - 1].seq, 1);
    assert_int_equal(model->stamped_size, 1);
    assert_int_equal(model->stamped_ms, AT(1) + 999); /* the earliest bound of that size */
}

/* A page can change its words at every look: they must not make a report that nobody can write. */
static void as_many_changes_as_have_room_for_their_words(void **state)
{
    (void)state;
    static char label[500];
    struct cl_entry seen = look(AT(0), ADA, CL_STATE_ON, false);
    const unsigned count = CL_MODEL_EVENTS_MAX;
    memset(label, '&', sizeof label - 1);
    for (unsigned i = 0; i < count; i++) {
        seen = look(AT(0) + i * HOUR_MS, ADA, i % 2 ? CL_STATE_OFF : CL_STATE_ON, false);
        if (i >= count / 4)
            seen.observation.seen.control.label = label;
        tell(seen, CL_CHANGE_CHANGED, CL_CAUSE_UNEXPLAINED, CL_PHASE_SEEN);
    }
    assert_true(model->event_count > count / 4);
    assert_int_equal(model->event_count + model->events_left_out, count);
    assert_in_range(model->event_count * sizeof label, count / 4 * sizeof label,
                    count / 4 * sizeof label + CL_MODEL_WORDS_MAX);
    assert_true(model->events_left_out > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(as_many_changes_as_have_room_for_their_words, begin, end),
        cmocka_unit_test_setup_teardown(what_is_seen_again_is_no_event, begin, end),
        cmocka_unit_test_setup_teardown(a_change_is_counted_with_whose_it_was, begin, end),
        cmocka_unit_test_setup_teardown(a_flip_that_was_not_saved_is_said_of_its_entry, begin, end),
        cmocka_unit_test_setup_teardown(nobody_looked, begin, end),
        cmocka_unit_test_setup_teardown(days_are_days_whatever_the_clock_did, begin, end),
        cmocka_unit_test_setup_teardown(nobody_knows_what_was_where_an_entry_is_hidden, begin, end),
        cmocka_unit_test_setup_teardown(a_tab_from_before_a_flip_says_nothing_of_it, begin, end),
        cmocka_unit_test_setup_teardown(no_time_is_told_of_a_flip_or_an_old_tab, begin, end),
        cmocka_unit_test_setup_teardown(an_old_tab_behind_a_hidden_entry_tells_nothing, begin, end),
        cmocka_unit_test_setup_teardown(accounts_are_kept_apart, begin, end),
        cmocka_unit_test_setup_teardown(what_denies_itself_is_found_and_not_told, begin, end),
        cmocka_unit_test_setup_teardown(an_account_too_many_is_said_to_be_that, begin, end),
        cmocka_unit_test_setup_teardown(findings_are_counted_beyond_those_that_are_kept, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_a_file_denies_is_told_of_its_entry_alone, begin, end),
        cmocka_unit_test_setup_teardown(withheld_entries_are_ranges, begin, end),
        cmocka_unit_test_setup_teardown(an_answer_that_counts_has_its_signers_name, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
