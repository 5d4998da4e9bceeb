#include "base/encoding.h"
#include "log/summary_internal.h"

#include <string.h>
#include <sys/mman.h>

/* Room for the most that a log may have, in pages of its own: those that few accounts leave
 * untouched take no memory, which from the heap they would. */
enum cl_err cl_summary_new(struct cl_summary **ret_summary)
{
    struct cl_summary *summary =
        mmap(NULL, sizeof *summary, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (summary == MAP_FAILED)
        return CL_NO_MEMORY;
    summary->tokens = (struct cl_token_state){.last_size = -1, .last_time = -1};
    summary->authorities_known = true;
    *ret_summary = summary;
    return CL_OK;
}

void cl_summary_free(struct cl_summary **summary)
{
    struct cl_summary *s = *summary;
    if (!s)
        return;
    cl_wipe(s->accounts, s->account_count * sizeof *s->accounts);
    cl_wipe(s->documents, sizeof s->documents);
    cl_wipe(s->authorities, s->authority_count * sizeof *s->authorities);
    cl_wipe(s->recent, s->recent_count * sizeof *s->recent);
    munmap(s, sizeof *s);
    *summary = NULL;
}

const struct cl_account *cl_summary_account(const struct cl_summary *summary, const char *pseudonym)
{
    for (size_t i = 0; i < summary->account_count; i++)
        if (strcmp(summary->accounts[i].pseudonym, pseudonym) == 0)
            return &summary->accounts[i];
    return NULL;
}

enum cl_err cl_summary_put_account(struct cl_summary *summary, const struct cl_account *account)
{
    size_t i = 0;
    while (i < summary->account_count &&
           strcmp(summary->accounts[i].pseudonym, account->pseudonym) != 0)
        i++;
    if (i == CL_ACCOUNTS_MAX)
        return CL_LOG_FULL;
    if (i == summary->account_count)
        summary->account_count++;
    summary->accounts[i] = *account;
    return CL_OK;
}

const struct cl_recent *cl_summary_recent(const struct cl_summary *summary, const char *reading)
{
    uint8_t id[16];
    if (cl_hex_decode(reading, id, sizeof id) != CL_OK)
        return NULL;
    for (size_t i = 0; i < summary->recent_count; i++)
        if (memcmp(summary->recent[i].id, id, sizeof id) == 0)
            return &summary->recent[i];
    return NULL;
}

enum cl_err cl_summary_add_recent(struct cl_summary *summary, const char *reading, uint64_t seq,
                                  const struct cl_meaning *meaning)
{
    struct cl_recent recent = {.seq = seq, .meaning = *meaning};
    enum cl_err err = cl_hex_decode(reading, recent.id, sizeof recent.id);
    if (err)
        return err;
    if (summary->recent_count == CL_RECENT_MAX) {
        memmove(summary->recent, summary->recent + 1,
                (CL_RECENT_MAX - 1) * sizeof summary->recent[0]);
        summary->recent_count--;
    }
    summary->recent[summary->recent_count++] = recent;
    return CL_OK;
}

void cl_summary_add_gap(struct cl_summary *summary, uint64_t seq)
{
    if (summary->gap_count == CL_GAPS_MAX) {
        memmove(summary->gaps, summary->gaps + 1, (CL_GAPS_MAX - 1) * sizeof summary->gaps[0]);
        summary->gap_count--;
    }
    summary->gaps[summary->gap_count++] = seq;
}

const struct cl_flow_kind cl_flow_kinds[CL_FLOWS] = {
    [CL_FLOW_ACCOUNTS] = {"accounts", CL_DAY_MS, CL_NEW_ACCOUNTS_MAX},
    [CL_FLOW_DOCUMENTS] = {"documents", CL_HOUR_MS, CL_DOCUMENTS_HOUR_MAX},
    [CL_FLOW_STAMPS] = {"stamps", CL_DAY_MS, CL_STAMPS_DAY_MAX},
    [CL_FLOW_EXHIBITS] = {"exhibits", CL_DAY_MS, CL_EXHIBITS_DAY_MAX},
};

/* A clock that goes back begins anew. */
static bool runs(const struct cl_summary *summary, enum cl_flow flow, int64_t now_ms)
{
    const int64_t from = summary->flows[flow].from;
    return now_ms >= from && now_ms - from < cl_flow_kinds[flow].lasts_ms;
}

bool cl_summary_is_full(const struct cl_summary *summary, enum cl_flow flow, int64_t now_ms)
{
    return runs(summary, flow, now_ms) && summary->flows[flow].count >= cl_flow_kinds[flow].most;
}

void cl_summary_add_flow(struct cl_summary *summary, enum cl_flow flow, int64_t now_ms)
{
    if (!runs(summary, flow, now_ms))
        summary->flows[flow] = (struct cl_flow_state){.from = now_ms};
    if (summary->flows[flow].count < cl_flow_kinds[flow].most)
        summary->flows[flow].count++;
}

const struct cl_authority *cl_summary_authority(const struct cl_summary *summary, const char *url)
{
    for (size_t i = 0; i < summary->authority_count; i++)
        if (strcmp(summary->authorities[i].url, url) == 0)
            return &summary->authorities[i];
    return NULL;
}

/* The one heard of last stands last. */
void cl_summary_put_authority(struct cl_summary *summary, const struct cl_authority *authority)
{
    const struct cl_authority kept = *authority;
    const struct cl_authority *old = cl_summary_authority(summary, kept.url);
    size_t at = old ? (size_t)(old - summary->authorities) : summary->authority_count;
    if (at == CL_AUTHORITIES_MAX)
        at = 0;
    if (at < summary->authority_count) {
        summary->authority_count--;
        memmove(summary->authorities + at, summary->authorities + at + 1,
                (summary->authority_count - at) * sizeof kept);
    }
    summary->authorities[summary->authority_count++] = kept;
}

void cl_summary_add_token(struct cl_summary *summary, uint64_t seq, const struct cl_token *token)
{
    struct cl_authority authority = {.seq = seq};
    summary->tokens.count++;
    summary->tokens.last_size = (int64_t)token->size;
    summary->tokens.last_time = token->gen_time;
    if (!summary->authorities_known || strlen(token->authority) >= sizeof authority.url)
        return;
    memcpy(authority.url, token->authority, strlen(token->authority) + 1);
    cl_summary_put_authority(summary, &authority);
}

static enum cl_err take_document(struct cl_summary *summary, const struct cl_entry *entry)
{
    struct cl_document seen = entry->document.seen;
    struct cl_document_state *state = &summary->documents[seen.which];
    struct cl_meaning meaning;
    seen.asked = true; /* it was kept, so it was no repeat */
    cl_summary_add_flow(summary, CL_FLOW_DOCUMENTS, entry->head.clock.time_ms);
    cl_document_interpret(&seen, state, entry->head.clock.time_ms, entry->head.seq, &meaning,
                          state);
    return cl_summary_add_recent(summary, seen.reading, entry->head.seq, &meaning);
}

static enum cl_err take_observation(struct cl_summary *summary, const struct cl_entry *entry)
{
    const char *pseudonym = entry->observation.pseudonym;
    struct cl_observation seen = entry->observation.seen;
    struct cl_meaning meaning;
    struct cl_account after;
    seen.asked = true; /* it was recorded, so it was no repeat */
    enum cl_err err =
        cl_observation_interpret(&seen, cl_summary_account(summary, pseudonym ? pseudonym : ""),
                                 entry->head.clock.time_ms, entry->head.seq, &meaning, &after);
    if (err)
        return err;
    memset(after.pseudonym, 0, sizeof after.pseudonym);
    if (pseudonym && !cl_summary_account(summary, pseudonym))
        cl_summary_add_flow(summary, CL_FLOW_ACCOUNTS, entry->head.clock.time_ms);
    if (pseudonym)
        memcpy(after.pseudonym, pseudonym, sizeof after.pseudonym);
    err = cl_summary_put_account(summary, &after);
    if (err)
        return err;
    return cl_summary_add_recent(summary, seen.reading, entry->head.seq,
                                 &entry->observation.meaning);
}

static void take_token(struct cl_summary *summary, const struct cl_entry *entry)
{
    cl_summary_add_token(summary, entry->head.seq, &entry->token);
    cl_summary_add_flow(summary, CL_FLOW_STAMPS, entry->head.clock.time_ms);
}

enum cl_err cl_summary_take(struct cl_summary *summary, const struct cl_entry *entry)
{
    enum cl_err err = CL_OK;
    if (entry->head.kind == CL_KIND_OBSERVATION)
        err = take_observation(summary, entry);
    else if (entry->head.kind == CL_KIND_DOCUMENT)
        err = take_document(summary, entry);
    else if (entry->head.kind == CL_KIND_TIMESTAMP)
        take_token(summary, entry);
    else if (entry->head.kind == CL_KIND_DISCONTINUITY)
        cl_summary_add_gap(summary, entry->head.seq);
    else if (entry->head.kind == CL_KIND_EXHIBIT)
        cl_summary_add_flow(summary, CL_FLOW_EXHIBITS, entry->head.clock.time_ms);
    if (!err)
        summary->size = entry->head.seq + 1;
    return err;
}
