# Completion of consentlog for fish. tests/packages holds it against `consentlog help`.

complete -c consentlog -f
set -l none __fish_use_subcommand
set -l in __fish_seen_subcommand_from

complete -c consentlog -n $none -s h -l help -d 'List the commands'
complete -c consentlog -n $none -s V -l version -d 'Print the version'
complete -c consentlog -n $none -a status -d 'What the setting is now, and whether the log is well'
complete -c consentlog -n $none -a history -d 'All that is in the log, oldest first'
complete -c consentlog -n $none -a keep -d 'Seal a file of your own into the log'
complete -c consentlog -n $none -a export -d 'An evidence package that others can check'
complete -c consentlog -n $none -a verify -d 'Check that nothing in the log was changed or removed'
complete -c consentlog -n $none -a acknowledge -d 'Go on with a log that was found damaged or cut'
complete -c consentlog -n $none -a unlock -d 'Unlock the keyring'
complete -c consentlog -n $none -a timestamp -d 'Have an independent authority confirm the time'
complete -c consentlog -n $none -a recovery -d "The log's key as a code on paper, and back"
complete -c consentlog -n $none -a doctor -d 'Find out why something does not work'
complete -c consentlog -n $none -a register -d 'Tell your browsers where consentlog-host is'
complete -c consentlog -n $none -a unregister -d 'Undo register; the log stays'
complete -c consentlog -n $none -a help -d 'This list, or more about one command'

complete -c consentlog -n "$in status history export verify timestamp doctor register unregister" -l json -d 'Say it as JSON'
complete -c consentlog -n "$in history" -l csv -d 'A table for a spreadsheet'
complete -c consentlog -n "$in history export" -l since -x -a '(date +%F)' -d 'Nothing before this time'
complete -c consentlog -n "$in history export" -l until -x -a '(date +%F)' -d 'Nothing after this time'
complete -c consentlog -n "$in keep" -l note -x -d 'What you say of it'
complete -c consentlog -n "$in keep" -F -d 'A file of your own'
complete -c consentlog -n "$in export" -s o -l output -r -F -d 'The name of the package'
complete -c consentlog -n "$in export" -l withhold -x -d 'An entry (7), a range (7-12), an account (account:3f2a), pictures, documents, exhibits'
complete -c consentlog -n "$in export" -l owner -x -d 'Whose log the report says it is'
complete -c consentlog -n "$in export verify" -l language -x -a 'en de fr' -d 'Of the report'
complete -c consentlog -n "$in export" -l request -d 'Read what to do from standard input'
complete -c consentlog -n "$in verify" -l key -x -d 'The packages must be of this key (SHA256:...)'
complete -c consentlog -n "$in history verify" -l tsa-roots -r -F -d "Trust these root certificates of time authorities"
complete -c consentlog -n "$in verify" -l report -r -F -d 'Make a report of the entries'
complete -c consentlog -n "$in verify" -F -d 'An evidence package'
complete -c consentlog -n "$in acknowledge" -l yes -d 'Do not ask'
complete -c consentlog -n "$in timestamp; and not $in request store accept" -a request -d 'The question for a time authority'
complete -c consentlog -n "$in timestamp; and not $in request store accept" -a store -d 'Check the answer and keep it'
complete -c consentlog -n "$in timestamp; and not $in request store accept" -a accept -d 'Accept another root of an authority'
complete -c consentlog -n "$in recovery; and not $in show restore" -a show -d 'Print the code'
complete -c consentlog -n "$in recovery; and not $in show restore" -a restore -d 'Type the code in'
complete -c consentlog -n "$in register unregister" -l browser -x -d 'This browser, found or not' -a \
    'google-chrome google-chrome-beta google-chrome-unstable chromium microsoft-edge microsoft-edge-beta microsoft-edge-dev
    brave vivaldi opera firefox librewolf waterfox'
complete -c consentlog -n "$in register unregister" -l user-data-dir -x -a '(__fish_complete_directories)' \
    -d 'A Chromium profile folder of your own'
complete -c consentlog -n "$in register unregister" -l system -d 'For everyone on this computer'
complete -c consentlog -n "$in register unregister" -l dry-run -d 'Say what would be done, and do nothing'
complete -c consentlog -n "$in register" -l host -r -F -d 'The host program, if it is not where it was installed'
complete -c consentlog -n "$in help" -a 'status history keep export verify acknowledge unlock timestamp recovery doctor register unregister help'
