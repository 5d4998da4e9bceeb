# Run by CPack on the staged tree, before it becomes a package: what Debian wants stripped or compressed is, and nothing
# tells when, where or under which umask it was built.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
file(GLOB modules ${root}/usr/libexec/consentlog/*.so)
file(GLOB_RECURSE pages ${root}/usr/share/man/*.[0-9])

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Chromium's start script loads every entry of this folder; Firefox takes a package from that one.
set(gecko "${root}/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}")
file(MAKE_DIRECTORY ${root}/usr/share/chromium/extensions ${gecko})
file(CREATE_LINK ../../consentlog/extension ${root}/usr/share/chromium/extensions/org.consentlog.consentlog SYMBOLIC)
run(python3 ${CPACK_PACKAGING}/pack-extension.py ${gecko}/consentlog@consentlog.org.xpi)

run(${CPACK_STRIP} --remove-section=.comment --remove-section=.note
    ${root}/usr/bin/consentlog ${root}/usr/libexec/consentlog/consentlog-host ${modules})
run(chmod 644 ${modules}) # as Debian has shared objects
run(gzip -9nf ${pages} ${root}/usr/share/doc/consentlog/changelog)
run(find ${root} -type d -exec chmod 755 {} +)
run(chmod 644 ${gecko}/consentlog@consentlog.org.xpi)
run(find ${root} -exec touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} {} +)
