# The texts of the native-messaging manifests, from the templates in manifests/, the one list of allowed Chromium ids and
# the Gecko id in the extension's own manifest, as C strings in manifest_text.h.
set(sources ${PROJECT_SOURCE_DIR}/manifests/chromium-ids.txt ${PROJECT_SOURCE_DIR}/manifests/chromium.json.in
            ${PROJECT_SOURCE_DIR}/manifests/gecko.json.in ${PROJECT_SOURCE_DIR}/extension/manifest.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources} cli/manifest_text.h.in)

file(STRINGS ${PROJECT_SOURCE_DIR}/manifests/chromium-ids.txt ids REGEX "^[a-p]+$")
if(NOT ids)
  message(FATAL_ERROR "manifests/chromium-ids.txt names no extension id")
endif()
list(GET ids 0 CHROMIUM_FIRST_ID)
list(TRANSFORM ids REPLACE "^.+$" "\"chrome-extension://\\0/\"")
list(JOIN ids ", " CHROMIUM_ORIGINS)

file(READ ${PROJECT_SOURCE_DIR}/extension/manifest.json extension)
string(JSON GECKO_ID GET "${extension}" browser_specific_settings gecko id)
string(JSON GECKO_OLDEST GET "${extension}" browser_specific_settings gecko strict_min_version)

foreach(kind CHROMIUM GECKO)
  string(TOLOWER ${kind} name)
  file(READ ${PROJECT_SOURCE_DIR}/manifests/${name}.json.in text)
  string(REPLACE "@CHROMIUM_ORIGINS@" "${CHROMIUM_ORIGINS}" text "${text}")
  string(REPLACE "@GECKO_ID@" "${GECKO_ID}" text "${text}")
  string(FIND "${text}" "@HOST_PATH@" cut)
  string(SUBSTRING "${text}" 0 ${cut} before)
  string(REPLACE "${before}@HOST_PATH@" "" after "${text}")
  foreach(part before after)
    string(TOUPPER ${part} PART)
    string(REPLACE "\\" "\\\\" ${part} "${${part}}")
    string(REPLACE "\"" "\\\"" ${part} "${${part}}")
    string(REPLACE "\n" "\\n" ${kind}_${PART} "${${part}}")
  endforeach()
endforeach()

file(RELATIVE_PATH HOST_FROM_BIN /p/${CMAKE_INSTALL_BINDIR} /p/${CMAKE_INSTALL_LIBEXECDIR}/consentlog/consentlog-host)
file(RELATIVE_PATH PACKED_FROM_BIN /p/${CMAKE_INSTALL_BINDIR} /p/${CMAKE_INSTALL_DATADIR}/consentlog/crx/id)
configure_file(cli/manifest_text.h.in ${CMAKE_CURRENT_BINARY_DIR}/manifest_text.h @ONLY)
