/* Does cJSON, which shares no code with ours, find the same in a text that passed the gate? */
#ifndef SAME_TREE_H
#define SAME_TREE_H

#include "json/tree.h"

#include <cjson/cJSON.h>
#include <string.h>

static inline bool same_value(const struct cl_json *ours, const cJSON *theirs)
{
    switch (ours->type) {
    case CL_JSON_NULL:
        return cJSON_IsNull(theirs);
    case CL_JSON_FALSE:
        return cJSON_IsFalse(theirs);
    case CL_JSON_TRUE:
        return cJSON_IsTrue(theirs);
    case CL_JSON_NUMBER:
        return cJSON_IsNumber(theirs) && ours->number == (int64_t)theirs->valuedouble;
    case CL_JSON_STRING:
        return cJSON_IsString(theirs) && strlen(ours->text) == ours->count &&
               strcmp(ours->text, theirs->valuestring) == 0;
    case CL_JSON_ARRAY:
        return cJSON_IsArray(theirs) && ours->count == (uint32_t)cJSON_GetArraySize(theirs);
    case CL_JSON_OBJECT:
        return cJSON_IsObject(theirs) && ours->count == (uint32_t)cJSON_GetArraySize(theirs);
    }
    return false;
}

static inline bool same_values(const struct cl_json *ours, const cJSON *theirs)
{
    if (!theirs || !same_value(ours, theirs))
        return false;
    if (ours->type != CL_JSON_ARRAY && ours->type != CL_JSON_OBJECT)
        return true;
    const struct cl_json *a = ours->first;
    const cJSON *b = theirs->child;
    for (; a && b; a = a->next, b = b->next) {
        if ((a->name != NULL) != (ours->type == CL_JSON_OBJECT) ||
            (a->name && strcmp(a->name, b->string) != 0) || !same_values(a, b))
            return false;
    }
    return !a && !b;
}

static inline bool same_tree(const struct cl_json *ours, const uint8_t *bytes, size_t len)
{
    const char *end = NULL;
    cJSON *theirs = cJSON_ParseWithLengthOpts((const char *)bytes, len, &end, false);
    const bool same = theirs && end == (const char *)bytes + len && same_values(ours, theirs);
    cJSON_Delete(theirs);
    return same;
}

#endif
