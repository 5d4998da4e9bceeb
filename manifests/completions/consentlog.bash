# Completion of consentlog for bash. tests/packages holds it against `consentlog help`.

_consentlog() {
    local commands='status history keep export verify acknowledge unlock timestamp recovery doctor register unregister help'
    local browsers='google-chrome google-chrome-beta google-chrome-unstable chromium microsoft-edge microsoft-edge-beta
        microsoft-edge-dev brave vivaldi opera firefox librewolf waterfox'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options='' actions=''
    COMPREPLY=()

    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    case $before in
    --browser)
        mapfile -t COMPREPLY < <(compgen -W "$browsers" -- "$word")
        return
        ;;
    --user-data-dir)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    --output | -o | --host | --tsa-roots | --report)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --since | --until)
        mapfile -t COMPREPLY < <(compgen -W "$(date +%F)" -- "$word")
        return
        ;;
    --withhold | --key | --note) return ;; # only the member knows
    esac
    case ${COMP_WORDS[1]} in
    status | doctor) options='--json' ;;
    history) options='--json --csv --since --until --tsa-roots' ;;
    keep) options='--note' ;;
    export) options='-o --output --since --until --withhold --owner --language --json --request' ;;
    verify) options='--json --key --tsa-roots --report --language' ;;
    acknowledge) options='--yes' ;;
    timestamp) options='--json' actions='request store accept' ;;
    recovery) actions='show restore' ;;
    register) options='--browser --user-data-dir --system --host --dry-run --json' ;;
    unregister) options='--browser --user-data-dir --system --dry-run --json' ;;
    help) actions=$commands ;;
    esac
    ((COMP_CWORD > 2)) || options+=" $actions"
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    if [[ ${COMP_WORDS[1]} == keep && $word != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
    if [[ ${COMP_WORDS[1]} == verify && $word != -* ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(
            compgen -d -- "$word"
            compgen -f -X '!*.zip' -- "$word"
        )
    fi
}
complete -F _consentlog consentlog
