#include "keyring/provider.h"

#include "base/limits.h"
#include "keyring/keyring.h"

#include <string.h>

#define BUS_NAME  "org.freedesktop.DBus"
#define KEEPASSXC "org.keepassxc.KeePassXC.MainWindow"
#define KWALLET   "org.kde.KWallet"
/* As whom KWallet itself opens its wallets for us. */
#define KWALLET_APP "org.freedesktop.secrets"

/* Of Plasma 5 and 6: name and object. In Frameworks 6.14 the service itself moved to ksecretd. */
static const struct kwallet {
    const char *name, *path;
} kwallets[] = {
    {"org.kde.kwalletd6", "/modules/kwalletd6"},
    {"org.kde.kwalletd5", "/modules/kwalletd5"},
};

/* ---- who it is ----------------------------------------------------------------------------- */

static const struct kwallet *kwallet_of(struct cl_service *service)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(kwallets); i++)
        if (cl_service_is(service, kwallets[i].name))
            return &kwallets[i];
    return NULL;
}

enum cl_provider cl_provider_kind(struct cl_service *service)
{
    char name[CL_PROVIDER_MAX];

    if (cl_service_search_is_quiet(service))
        return CL_PROVIDER_GNOME;
    if (cl_service_is(service, KEEPASSXC))
        return CL_PROVIDER_KEEPASSXC;
    if (kwallet_of(service))
        return CL_PROVIDER_KWALLET;
    cl_provider_name(service, name);
    return strcmp(name, "ksecretd") == 0 ? CL_PROVIDER_KWALLET : CL_PROVIDER_OTHER;
}

/* The process that owns the name, 0 if unknown. */
static guint32 owner_pid(struct cl_service *service)
{
    g_autoptr(GVariant) reply = NULL;
    guint32 pid = 0;

    if (cl_service_ask(service, BUS_NAME, "/org/freedesktop/DBus", BUS_NAME,
                       "GetConnectionUnixProcessID", g_variant_new("(s)", CL_SERVICE_NAME), "(u)",
                       &reply) == CL_OK)
        g_variant_get(reply, "(u)", &pid);
    return pid;
}

void cl_provider_name(struct cl_service *service, char ret_name[static CL_PROVIDER_MAX])
{
    cl_owner_name(owner_pid(service), ret_name);
}

/* ---- settings of theirs -------------------------------------------------------------------- */

/* A setting of a program's file in the folder of settings; `otherwise` where it says nothing. */
static bool setting(const char *file, const char *group, const char *name, bool otherwise)
{
    g_autoptr(GKeyFile) settings = g_key_file_new();
    g_autofree char *path = g_build_filename(g_get_user_config_dir(), file, NULL);
    g_autofree char *value = NULL;

    if (!g_key_file_load_from_file(settings, path, G_KEY_FILE_NONE, NULL))
        return otherwise;
    value = g_key_file_get_string(settings, group, name, NULL);
    return value ? g_ascii_strcasecmp(g_strstrip(value), "true") == 0 : otherwise;
}

static bool has_owner(struct cl_service *service, const char *name)
{
    return cl_service_ask(service, BUS_NAME, "/org/freedesktop/DBus", BUS_NAME, "GetNameOwner",
                          g_variant_new("(s)", name), "(s)", NULL) == CL_OK;
}

bool cl_provider_is_off(struct cl_service *service)
{
    if (has_owner(service, KEEPASSXC))
        return true;
    for (unsigned i = 0; i < G_N_ELEMENTS(kwallets); i++)
        if (has_owner(service, kwallets[i].name))
            return true;
    return !setting(CL_KWALLET_SETTINGS, "Wallet", "Enabled", true) ||
           !setting(CL_KWALLET_SETTINGS, "org.freedesktop.secrets", "apiEnabled", true);
}

bool cl_provider_saves(struct cl_service *service)
{
    return cl_service_search_is_quiet(service) ||
           setting(CL_KEEPASSXC_SETTINGS, "General", "AutoSaveAfterEveryChange", true) ||
           cl_provider_kind(service) != CL_PROVIDER_KEEPASSXC;
}

/* ---- KWallet ------------------------------------------------------------------------------- */

/* A wallet's name is its collection's label. */
static char *label_of(struct cl_service *service, const char *collection)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) value = NULL;

    if (cl_service_call(service, collection, "org.freedesktop.DBus.Properties", "Get",
                        g_variant_new("(ss)", "org.freedesktop.Secret.Collection", "Label"), "(v)",
                        &reply))
        return NULL;
    g_variant_get(reply, "(v)", &value);
    return g_variant_is_of_type(value, G_VARIANT_TYPE_STRING) ? g_variant_dup_string(value, NULL)
                                                              : NULL;
}

bool cl_provider_kwallet_opens(struct cl_service *service, const char *collection)
{
    const struct kwallet *kwallet = kwallet_of(service);
    g_autofree char *wallet = kwallet ? label_of(service, collection) : NULL;
    g_autoptr(GVariant) reply = NULL;
    gboolean open = FALSE;

    /* With this one it would ask all the same: whether our program may. */
    if (!wallet || setting(CL_KWALLET_SETTINGS, "Wallet", "Prompt on Open", false))
        return false;
    if (cl_service_ask(service, kwallet->name, kwallet->path, KWALLET, "isOpen",
                       g_variant_new("(s)", wallet), "(b)", &reply) == CL_OK)
        g_variant_get(reply, "(b)", &open);
    return open;
}

/* It writes a wallet five seconds after the last change. `sync` writes now; it says nothing, but
 * what is asked after it is answered after it. */
static enum cl_err write_wallet(struct cl_service *service, const struct kwallet *kwallet,
                                const char *collection)
{
    g_autofree char *wallet = label_of(service, collection);
    g_autoptr(GVariant) reply = NULL;
    gint32 handle = -1;
    enum cl_err err;

    if (!wallet)
        return CL_KEYRING_FAILED;
    /* As whom the wallet is open already, so that nobody is asked. */
    err = cl_service_ask(service, kwallet->name, kwallet->path, KWALLET, "open",
                         g_variant_new("(sxs)", wallet, (gint64)0, KWALLET_APP), "(i)", &reply);
    if (err)
        return err;
    g_variant_get(reply, "(i)", &handle);
    if (handle < 0)
        return CL_KEYRING_FAILED;
    err = cl_service_ask(service, kwallet->name, kwallet->path, KWALLET, "sync",
                         g_variant_new("(is)", handle, KWALLET_APP), NULL, NULL);
    if (err)
        return err;
    return cl_service_ask(service, kwallet->name, kwallet->path, KWALLET, "isOpen",
                          g_variant_new("(s)", wallet), "(b)", NULL);
}

enum cl_err cl_provider_settle(struct cl_service *service, const char *item)
{
    enum cl_provider kind = cl_provider_kind(service);
    const struct kwallet *kwallet = kind == CL_PROVIDER_KWALLET ? kwallet_of(service) : NULL;
    g_autofree char *collection = cl_service_collection_of(item);

    if (kind == CL_PROVIDER_GNOME) /* it answers when the keyring's file is written */
        return CL_OK;
    if (kwallet)
        return write_wallet(service, kwallet, collection);
    if (cl_service_left(service) == 0) /* who it is was not heard */
        return CL_KEYRING_TIMEOUT;
    g_usleep(CL_REST_MS * 1000);
    service->until += CL_REST_MS * INT64_C(1000); /* it was not waited for */
    return CL_OK;
}
