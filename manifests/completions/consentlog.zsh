#compdef consentlog
# Completion of consentlog for zsh. tests/packages holds it against `consentlog help`.

_consentlog_commands() {
    local -a commands=(
        'status:what the setting is now, and whether the log is well'
        'history:all that is in the log, oldest first'
        'keep:keep a file of your own in the log, such as a mail or a picture'
        'export:an evidence package that others can check without consentlog'
        'verify:check that nothing in the log was changed or removed'
        'acknowledge:go on with a log that was found damaged or cut, and say so in it'
        'unlock:unlock the keyring, which may ask for your password'
        'timestamp:have an independent authority confirm the time'
        "recovery:the log's key as a code on paper, and back"
        'doctor:find out why something does not work, and what to do'
        'register:tell your browsers where consentlog-host is'
        'unregister:undo register; the log stays'
        'help:this list, or more about one command'
    )
    _describe -t commands command commands
}

_consentlog_options() {
    local json='--json[say it as one object]'
    local browsers='(google-chrome google-chrome-beta google-chrome-unstable chromium microsoft-edge microsoft-edge-beta
        microsoft-edge-dev brave vivaldi opera firefox librewolf waterfox)'
    local -a times=(
        '--since[nothing before this time]:time (2026-11-21, 2026-11-21T18\:00\:00Z):'
        '--until[nothing after this time]:time (2026-11-21, 2026-11-21T18\:00\:00Z):'
    )
    local -a places=(
        "*--browser[this browser, found or not]:browser:$browsers"
        '*--user-data-dir[a Chromium profile folder of your own]:folder:_directories'
        '--system[for everyone on this computer]'
        '--dry-run[say what would be done, and do nothing]'
        $json
    )
    case $words[1] in
    status | doctor) _arguments $json ;;
    history)
        _arguments $times '(--csv)--json[the exact entries of the log, one a line]' '(--json)--csv[a table for a spreadsheet]' \
            "--tsa-roots[trust these root certificates of time authorities]:file:_files"
        ;;
    keep) _arguments '--note[what you say of it]:text:' '*:file:_files' ;;
    export)
        _arguments $times $json '(-o --output)'{-o,--output}'[the name of the package]:file:_files -g "*.zip"' \
            '*--withhold[an entry (7), a range (7-12), an account (account:3f2a), pictures, documents or exhibits]:what:(pictures documents exhibits)' \
            '--owner[whose log the report says it is]:text:' '--language[of the report]:language:(en de fr)' \
            '--request[read what to do from standard input]'
        ;;
    verify)
        _arguments $json '--key[the packages must be of this key]:fingerprint (SHA256\:...):' \
            "--tsa-roots[trust these root certificates of time authorities]:file:_files" '--report[make a report of the entries]:file:_files' \
            '--language[of that report]:language:(en de fr)' '*:package:_files -g "*.zip"'
        ;;
    acknowledge) _arguments '--yes[do not ask]' ;;
    timestamp) _arguments $json '1:action:(request store accept)' ;;
    recovery) _arguments '1:action:(show restore)' ;;
    register) _arguments $places '--host[the host program, if it is not where it was installed]:program:_files' ;;
    unregister) _arguments $places ;;
    help) _arguments '1:command:_consentlog_commands' ;;
    esac
}

_consentlog() {
    local state line
    _arguments -C '(- *)'{-h,--help}'[list the commands]' '(- *)'{-V,--version}'[print the version]' \
        '1:command:_consentlog_commands' '*::option:->options'
    [[ $state != options ]] || _consentlog_options
}

_consentlog "$@"
