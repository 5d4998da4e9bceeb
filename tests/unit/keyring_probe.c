/* keyring.c by hand, for the tests that run a real keyring daemon: one command, one line of answer,
 * its first word an error code. And what those tests do to items behind the project's back.
 *
 *   new STORE · load ID|- STORE · advance ID STORE SIZE ALARM · unlock MS · provider
 *   delete ROLE ID · damage ROLE ID · swap ID OTHER (gives ID's key item the value of OTHER's)
 *   collection LABEL PASSWORD (gnome-keyring makes it) · open PATH PASSWORD (gnome-keyring opens
 * it) twice ID|- STORE (load, wait for a line, load again) */
#include "base/limits.h"
#include "keyring/keyring.h"

#include <inttypes.h>
#define SECRET_API_SUBJECT_TO_CHANGE 1
#include <libsecret/secret.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum cl_err run_new(struct cl_keyring *keyring, char **args)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    enum cl_err err = cl_key_new(&key);

    if (!err)
        err = cl_keyring_create(keyring, key, args[0], NULL);
    printf("%s %s\n", cl_err_code(err), key ? key->id : "");
    return err;
}

static enum cl_err run_load(struct cl_keyring *keyring, char **args)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head = {0};
    const char *id = strcmp(args[0], "-") ? args[0] : NULL;
    enum cl_err err = cl_keyring_load(keyring, id, args[1], &key, &head);

    printf("%s %s %" PRIu64 " %s\n", cl_err_code(err), key ? key->id : "-", head.size,
           cl_err_code(head.alarm));
    return err;
}

static enum cl_err run_advance(struct cl_keyring *keyring, char **args)
{
    cl_cleanup(cl_key_free) struct cl_key *key = NULL;
    struct cl_head head = {0};
    enum cl_err err = cl_keyring_load(keyring, args[0], args[1], &key, &head);

    head.size = strtoull(args[2], NULL, 10);
    head.alarm = (enum cl_err)strtoul(args[3], NULL, 10);
    if (!err || err == CL_HEAD_MISSING)
        err = cl_keyring_advance(keyring, key, args[1], &head, CL_WAIT_MS);
    printf("%s\n", cl_err_code(err));
    return err;
}

static SecretItem *item_of(const char *role, const char *id)
{
    SecretService *service = secret_service_get_sync(SECRET_SERVICE_NONE, NULL, NULL);
    GHashTable *attributes = g_hash_table_new(g_str_hash, g_str_equal);
    GList *items;

    g_hash_table_insert(attributes, g_strdup("item"), g_strdup(role));
    g_hash_table_insert(attributes, g_strdup("key"), g_strdup(id));
    items = secret_service_search_sync(service, NULL, attributes,
                                       SECRET_SEARCH_ALL | SECRET_SEARCH_LOAD_SECRETS, NULL, NULL);
    return items ? items->data : NULL;
}

static bool tamper(const char *command, char **args)
{
    SecretItem *item =
        item_of(command[0] == 's' ? "key" : args[0], args[command[0] == 's' ? 0 : 1]);
    SecretValue *value = NULL;

    if (!item)
        return false;
    if (!strcmp(command, "delete"))
        return secret_item_delete_sync(item, NULL, NULL);
    if (!strcmp(command, "damage"))
        value = secret_value_new("AAAAdamaged", -1, "text/plain");
    else
        value = secret_item_get_secret(item_of("key", args[1]));
    return secret_item_set_secret_sync(item, value, NULL, NULL);
}

static enum cl_err run_keyring(const char *command, char **args)
{
    cl_cleanup(cl_keyring_close) struct cl_keyring *keyring = NULL;
    enum cl_err err = cl_keyring_open(&keyring);

    if (!err && !strcmp(command, "new"))
        return run_new(keyring, args);
    if (!err && !strcmp(command, "load"))
        return run_load(keyring, args);
    if (!err && !strcmp(command, "advance"))
        return run_advance(keyring, args);
    printf("%s %s\n", cl_err_code(err), err ? "" : cl_keyring_provider(keyring));
    return err;
}

/* What gnome-keyring has for its own programs: a collection made or opened without a prompt. */
static int with_password(const char *command, char **args)
{
    bool make = !strcmp(command, "collection");
    SecretService *service = secret_service_get_sync(SECRET_SERVICE_OPEN_SESSION, NULL, NULL);
    SecretValue *password = secret_value_new(args[1], -1, "text/plain");
    GVariant *secret = secret_service_encode_dbus_secret(service, password);
    GVariantBuilder label;
    GError *error = NULL;

    g_variant_builder_init(&label, G_VARIANT_TYPE("a{sv}"));
    g_variant_builder_add(&label, "{sv}", "org.freedesktop.Secret.Collection.Label",
                          g_variant_new_string(args[0]));
    GVariant *answer = g_dbus_proxy_call_sync(
        G_DBUS_PROXY(service),
        make ? "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.CreateWithMasterPassword"
             : "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword",
        make ? g_variant_new("(a{sv}@(oayays))", &label, secret)
             : g_variant_new("(o@(oayays))", args[0], secret),
        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
    printf("%s\n",
           answer ? make ? g_variant_get_string(g_variant_get_child_value(answer, 0), NULL) : "ok"
                  : error->message);
    return answer ? 0 : 1;
}

/* Load, wait for a line, load again: for a daemon that is replaced between two messages of one
 * port. */
static int run_twice(char **args)
{
    (void)run_keyring("load", args);
    fflush(stdout);
    (void)getchar();
    return run_keyring("load", args) ? 1 : 0;
}

int main(int argc, char **argv)
{
    char *args[4] = {0};

    if (argc < 2)
        return 2;
    for (int i = 2; i < argc && i < 6; i++)
        args[i - 2] = argv[i];
    if (!strcmp(argv[1], "twice"))
        return run_twice(args);
    if (!strcmp(argv[1], "collection") || !strcmp(argv[1], "open"))
        return with_password(argv[1], args);
    if (!strcmp(argv[1], "unlock")) {
        enum cl_err err = cl_keyring_unlock(NULL, "/nowhere", atoi(args[0]));

        printf("%s\n", cl_err_code(err));
        return err ? 1 : 0;
    }
    if (!strcmp(argv[1], "delete") || !strcmp(argv[1], "damage") || !strcmp(argv[1], "swap")) {
        bool ok = tamper(argv[1], args);

        printf("%s\n", ok ? "ok" : "not done");
        return ok ? 0 : 1;
    }
    return run_keyring(argv[1], args) ? 1 : 0;
}
