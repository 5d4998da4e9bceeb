/* What an error of the bus, or of the service on it, is to those who asked: each as GIO gives it.
 */
#include "keyring/service.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h wants the above first. */
#include <cmocka.h>

/* By the name that comes over the bus. */
static enum cl_err meaning(const char *name, enum cl_err (*of)(const GError *error))
{
    g_autoptr(GError) error = g_dbus_error_new_for_dbus_error(name, "as the tests say");

    return of(error);
}

static void what_is_said_over_the_bus(void **state)
{
    static const struct {
        const char *name;
        enum cl_err err;
    } table[] = {
        {"org.freedesktop.DBus.Error.ServiceUnknown", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.NameHasNoOwner", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.ChildExited", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.ChildSignaled", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.ExecFailed", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.Failed", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.FailedToSetup", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.FileInvalid", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.ForkFailed", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.PermissionsInvalid", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.ServiceNotFound", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.Spawn.ServiceNotValid", CL_NO_KEYRING_SERVICE},
        {"org.freedesktop.DBus.Error.NoReply", CL_KEYRING_TIMEOUT},
        {"org.freedesktop.DBus.Error.Timeout", CL_KEYRING_TIMEOUT},
        {"org.freedesktop.DBus.Error.TimedOut", CL_KEYRING_TIMEOUT},
        {"org.freedesktop.DBus.Error.Disconnected", CL_NO_BUS},
        {"org.freedesktop.DBus.Error.NoServer", CL_NO_BUS},
        {"org.freedesktop.DBus.Error.AccessDenied", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.Failed", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.InvalidArgs", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.LimitsExceeded", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.NoMemory", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.UnknownMethod", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.UnknownObject", CL_KEYRING_FAILED},
        {"org.freedesktop.Secret.Error.IsLocked", CL_KEYRING_LOCKED},
        {"org.freedesktop.Secret.Error.NoSuchObject", CL_KEYRING_FAILED},
        /* Names that GIO does not know. The bus is there: somebody spoke. */
        {"org.freedesktop.Secret.Error.NoSession", CL_KEYRING_FAILED},
        {"org.freedesktop.DBus.Error.InvalidObjectPath", CL_KEYRING_FAILED},
        {"org.qtproject.QtDBus.Error.InvalidObjectPath", CL_KEYRING_FAILED},
        {"org.qtproject.QtDBus.Error.InternalError", CL_KEYRING_FAILED},
        {"com.example.Error.Whatever", CL_KEYRING_FAILED},
    };

    (void)state;
    (void)
        SECRET_ERROR; /* as libsecret's service does when it begins, so that its names are known */
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (meaning(table[i].name, cl_service_err) != table[i].err)
            fail_msg("%s: %s", table[i].name, cl_err_code(meaning(table[i].name, cl_service_err)));
        assert_int_equal(meaning(table[i].name, cl_service_connect_err), table[i].err);
    }
}

static void what_gio_says_itself(void **state)
{
    static const struct {
        int code;
        enum cl_err call, connect;
    } table[] = {
        {G_IO_ERROR_TIMED_OUT, CL_KEYRING_TIMEOUT, CL_KEYRING_TIMEOUT},
        {G_IO_ERROR_CANCELLED, CL_KEYRING_TIMEOUT, CL_KEYRING_TIMEOUT},
        {G_IO_ERROR_CLOSED, CL_NO_BUS, CL_NO_BUS},
        {G_IO_ERROR_BROKEN_PIPE, CL_NO_BUS, CL_NO_BUS},
        {G_IO_ERROR_NOT_CONNECTED, CL_NO_BUS, CL_NO_BUS},
        {G_IO_ERROR_NOT_FOUND, CL_KEYRING_FAILED, CL_NO_BUS},          /* no socket */
        {G_IO_ERROR_CONNECTION_REFUSED, CL_KEYRING_FAILED, CL_NO_BUS}, /* nobody listens */
        {G_IO_ERROR_PERMISSION_DENIED, CL_KEYRING_FAILED, CL_NO_BUS},
        {G_IO_ERROR_FAILED, CL_KEYRING_FAILED, CL_NO_BUS},           /* not let in */
        {G_IO_ERROR_INVALID_ARGUMENT, CL_KEYRING_FAILED, CL_NO_BUS}, /* a reply; an address */
        {G_IO_ERROR_INVALID_DATA, CL_KEYRING_FAILED, CL_NO_BUS},
        {G_IO_ERROR_DBUS_ERROR, CL_KEYRING_FAILED, CL_KEYRING_FAILED},
        {G_IO_ERROR_TOO_MANY_OPEN_FILES, CL_KEYRING_FAILED, CL_NO_BUS},
    };

    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GError) error =
            g_error_new_literal(G_IO_ERROR, table[i].code, "as the tests say");

        if (cl_service_err(error) != table[i].call)
            fail_msg("%d: %s", table[i].code, cl_err_code(cl_service_err(error)));
        if (cl_service_connect_err(error) != table[i].connect)
            fail_msg("%d: %s", table[i].code, cl_err_code(cl_service_connect_err(error)));
    }
}

static void what_libsecret_says(void **state)
{
    g_autoptr(GError) protocol =
        g_error_new_literal(SECRET_ERROR, SECRET_ERROR_PROTOCOL, "as the tests say");

    (void)state;
    assert_int_equal(cl_service_err(protocol), CL_KEYRING_FAILED);
    assert_int_equal(cl_service_connect_err(protocol), CL_KEYRING_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_over_the_bus),
        cmocka_unit_test(what_gio_says_itself),
        cmocka_unit_test(what_libsecret_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
