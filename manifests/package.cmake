# The Debian package (CL_PACKAGE=ON): what it holds besides what is installed anyway, and what CPack says of it.
# Included after cli/manifests.cmake, which knows the allowed ids. docs/packaging.md tells how it is used.
set(packaging ${PROJECT_SOURCE_DIR}/manifests)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${packaging}/debian/changelog)

# Debug information names source files; without this the same source built in another folder has another build id.
target_compile_options(cl_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=.)

# ---- manifests for everyone, one for each folder in host/cli/browsers.c (tests/packages holds the two against each other)
set(CHROMIUM_SYSTEM /etc/chromium /etc/opt/chrome /etc/opt/edge)
set(GECKO_SYSTEM /usr/lib/mozilla /usr/lib/librewolf /usr/lib/waterfox)
set(HOST_PATH "\"${CMAKE_INSTALL_FULL_LIBEXECDIR}/consentlog/consentlog-host\"")
set(conffiles "")
foreach(kind CHROMIUM GECKO)
  string(TOLOWER ${kind} name)
  configure_file(${packaging}/${name}.json.in ${CMAKE_CURRENT_BINARY_DIR}/${name}/org.consentlog.host.json @ONLY)
  foreach(folder ${${kind}_SYSTEM})
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}/org.consentlog.host.json
            DESTINATION ${folder}/native-messaging-hosts)
    if(folder MATCHES "^/etc/")
      string(APPEND conffiles "${folder}/native-messaging-hosts/org.consentlog.host.json\n")
    endif()
  endforeach()
endforeach()

# ---- the extension, where Debian's browsers load it by themselves; the two that have to be made are, on the staged tree
install(FILES ${packaging}/firefox-esr.pref DESTINATION /etc/firefox-esr RENAME consentlog.js)
string(APPEND conffiles "/etc/firefox-esr/consentlog.js\n")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/debian/conffiles "${conffiles}")

# ---- what a distribution expects of a program
install(FILES ${packaging}/completions/consentlog.bash RENAME consentlog
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${packaging}/completions/consentlog.zsh RENAME _consentlog
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${packaging}/completions/consentlog.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${packaging}/org.consentlog.consentlog.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES ${packaging}/debian/changelog ${packaging}/debian/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/consentlog)
install(FILES ${packaging}/debian/lintian-overrides RENAME consentlog
        DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides)

# ---- CPack
file(STRINGS ${packaging}/debian/changelog released REGEX "^ -- .*>  " LIMIT_COUNT 1)
string(REGEX REPLACE "^ -- .*>  " "" released "${released}")
execute_process(COMMAND date -u -d "${released}" +%s OUTPUT_VARIABLE released OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/debian/project.cmake @ONLY CONTENT [[
# The time of every file in the package: that of the changelog, unless the environment names another.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} @released@)
endif()
]])

set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_BINARY_DIR}/debian/project.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${packaging}/package-staged.cmake)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP ${CMAKE_STRIP}) # ours: for the script above, as is the next
set(CPACK_PACKAGING ${packaging})
set(CPACK_PACKAGE_CONTACT "The consentlog authors <maintainers@consentlog.org>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION web)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnome-keyring | libkf5wallet-bin | kwalletd6 | keepassxc, dbus-user-session")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "chromium | firefox | firefox-esr")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_BINARY_DIR}/debian/conffiles)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "encrypted log of LinkedIn's generative-AI training setting")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A browser extension reads what LinkedIn's setting \"Data for Generative AI
Improvement\" is when its page is open. This package holds the program that
the browser starts to write each observation into a log on this computer,
encrypted with a key in the desktop's keyring; the command consentlog, which
shows, checks and exports that log; and the extension itself, which Chromium
and Firefox ESR of Debian load by themselves.

consentlog never changes the setting and sends nothing to anyone by itself.
It is not made or approved by LinkedIn.")

# ---- the same for Fedora and its relatives, by `cpack -G RPM`; package-staged.cmake moves what stands elsewhere there
set(CPACK_RPM_FILE_NAME RPM-DEFAULT)
set(CPACK_RPM_PACKAGE_VENDOR "The consentlog authors")
set(CPACK_RPM_PACKAGE_RELOCATABLE OFF)
set(CPACK_RPM_PACKAGE_LICENSE "MIT AND BSD-3-Clause")
set(CPACK_RPM_PACKAGE_GROUP "Applications/Internet")
set(CPACK_RPM_PACKAGE_DESCRIPTION
"A browser extension reads what LinkedIn's setting \"Data for Generative AI
Improvement\" is when its page is open. This package holds the program that
the browser starts to write each observation into a log on this computer,
encrypted with a key in the desktop's keyring; the command consentlog, which
shows, checks and exports that log; and the extension itself.

consentlog never changes the setting and sends nothing to anyone by itself.
It is not made or approved by LinkedIn.")
# Weak dependencies need the tag that this CPack has no variable for.
set(CPACK_RPM_SPEC_MORE_DEFINE
"Recommends: gnome-keyring
%define _buildhost localhost
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _build_id_links none
%define __os_install_post %{nil}")
list(TRANSFORM CHROMIUM_SYSTEM REPLACE "(.+)" "%config(noreplace) \\1/native-messaging-hosts/org.consentlog.host.json" OUTPUT_VARIABLE kept)
set(CPACK_RPM_USER_FILELIST ${kept} "%config(noreplace) /etc/firefox/pref/consentlog.js")
# Folders that others own, or share.
set(CPACK_RPM_EXCLUDE_FROM_AUTO_FILELIST_ADDITION
  /etc /etc/chromium /etc/firefox /etc/firefox/pref /etc/opt /etc/opt/chrome /etc/opt/edge /usr /usr/bin /usr/lib /usr/lib64
  /usr/lib64/mozilla /usr/lib/mozilla /usr/libexec /usr/share /usr/share/bash-completion /usr/share/bash-completion/completions
  /usr/share/doc /usr/share/fish /usr/share/fish/vendor_completions.d /usr/share/licenses /usr/share/man /usr/share/man/man1
  /usr/share/locale /usr/share/locale/de /usr/share/locale/de/LC_MESSAGES /usr/share/locale/fr /usr/share/locale/fr/LC_MESSAGES
  /usr/share/metainfo /usr/share/mozilla /usr/share/mozilla/extensions /usr/share/zsh /usr/share/zsh/site-functions
  "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}")
include(CPack)
