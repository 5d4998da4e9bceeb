# Run by CPack on the staged tree, before it becomes a package: what Debian wants stripped or compressed is, and nothing
# tells when, where or under which umask it was built.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
file(GLOB modules ${root}/usr/libexec/consentlog/*.so)
file(GLOB_RECURSE pages ${root}/usr/share/man/*.[0-9])

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Firefox takes a package from this folder.
set(gecko "${root}/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}")
file(MAKE_DIRECTORY ${gecko})
run(python3 ${CPACK_PACKAGING}/pack-extension.py ${gecko}/consentlog@consentlog.org.xpi)

function(move from to)
  get_filename_component(folder ${root}/${to} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  file(RENAME ${root}/${from} ${root}/${to})
endfunction()

if(CPACK_GENERATOR STREQUAL "RPM")
  # Fedora's Firefox reads preferences and, built for 64 bits, host manifests elsewhere. Its Chromium loads no folder.
  move(etc/firefox-esr/consentlog.js etc/firefox/pref/consentlog.js)
  file(COPY ${root}/usr/lib/mozilla DESTINATION ${root}/usr/lib64)
  move(usr/share/zsh/vendor-completions/_consentlog usr/share/zsh/site-functions/_consentlog)
  move(usr/share/doc/consentlog/copyright usr/share/licenses/consentlog/copyright)
  file(REMOVE_RECURSE ${root}/etc/firefox-esr ${root}/usr/share/lintian ${root}/usr/share/zsh/vendor-completions
       ${root}/usr/share/doc/consentlog)
  unset(CPACK_ABSOLUTE_DESTINATION_FILES) # CPack would call all of them configuration, by their old names
else()
  # Debian's start script of Chromium loads every entry of this folder.
  file(MAKE_DIRECTORY ${root}/usr/share/chromium/extensions)
  file(CREATE_LINK ../../consentlog/extension ${root}/usr/share/chromium/extensions/org.consentlog.consentlog SYMBOLIC)
  run(gzip -9nf ${root}/usr/share/doc/consentlog/changelog)
endif()

run(${CPACK_STRIP} --remove-section=.comment --remove-section=.note
    ${root}/usr/bin/consentlog ${root}/usr/libexec/consentlog/consentlog-host ${modules})
run(chmod 644 ${modules}) # as Debian has shared objects
run(gzip -9nf ${pages})
run(find ${root} -type d -exec chmod 755 {} +)
run(chmod 644 ${gecko}/consentlog@consentlog.org.xpi)
run(find ${root} -exec touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} {} +)
