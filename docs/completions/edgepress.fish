# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_edgepress_global_optspecs
    string join \n config= level= cache-dir= no-cache j/jobs= memory= isolation= wait= report= strict q/quiet v/verbose color= print-config h/help V/version
end

function __fish_edgepress_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_edgepress_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_edgepress_using_subcommand
    set -l cmd (__fish_edgepress_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c edgepress -n "__fish_edgepress_needs_command" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_needs_command" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_needs_command" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_needs_command" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_needs_command" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_needs_command" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_needs_command" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_needs_command" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_needs_command" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_needs_command" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_needs_command" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_needs_command" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_needs_command" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_needs_command" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_needs_command" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_needs_command" -s V -l version -d 'Print version'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "build" -d 'Press a site and publish the result as a new tree'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "check" -d 'Hold a site to its budgets and look for faults; writes nothing'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "explain" -d 'Tell the story of one file: steps, bytes, references, headers'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "restore" -d 'Undo `build --in-place`: the site as it was comes back'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "init" -d 'Detect the framework and write a commented edgepress.toml'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "cache" -d 'Look at the cache of results, or make room'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "schema" -d 'Print a JSON Schema: of edgepress.toml, or of the JSON report'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c edgepress -n "__fish_edgepress_needs_command" -f -a "man" -d 'Print the manual page, or write those of all commands'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -s o -l out -d 'Folder to publish; replaced as a whole or not at all' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l host -d 'Hosts to write header files for, separated by commas' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l previous -d 'Folder or manifest of the tree that is deployed now [default: OUT as it is]' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l base -d 'URL path of the site, or the address of a CDN in front of it' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l include -d 'Take only what matches; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l exclude -d 'Leave out what matches; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l in-place -d 'Exchange the site itself for the result'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l force -d 'Replace OUT even if edgepress did not write it'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l dry-run -d 'Do everything but publish'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -s w -l watch -d 'Build again whenever the site or the configuration changes'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l no-fingerprint -d 'Leave every name as it is'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand build" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l base -d 'URL path of the site, or the address of a CDN in front of it' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l include -d 'Take only what matches; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l exclude -d 'Leave out what matches; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l staged -d 'Only what git has staged'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand check" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l base -d 'URL path of the site, or the address of a CDN in front of it' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l include -d 'Take only what matches; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l exclude -d 'Leave out what matches; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand explain" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand restore" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l force -d 'Replace an edgepress.toml that is there'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand init" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -f -a "stats" -d 'Say how many results are kept, and how large they are'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -f -a "clear" -d 'Throw all results away'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and not __fish_seen_subcommand_from stats clear gc" -f -a "gc" -d 'Throw the results away that were not used for longest'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l max -d 'How large the cache may stay' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand cache; and __fish_seen_subcommand_from gc" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand schema" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand completions" -s h -l help -d 'Print help'
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -s o -l out -d 'Folder to write the page of every command to' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l config -d 'Configuration to read instead of edgepress.toml or package.json' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l level -d 'How much work to do: fast, default or max' -r -f -a "fast\t''
default\t''
max\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l cache-dir -d 'Folder where results are kept for the next run' -r -F
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -s j -l jobs -d 'Threads to use [default: as many as there are cores]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l memory -d 'Memory that big work may take, such as "1 GiB"' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l isolation -d 'Work in processes of its own, in case of crashes: auto, on or off' -r -f -a "auto\t''
on\t''
off\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l wait -d 'How long to wait for another run that writes the same output [default: 60]' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l report -d 'human, json, markdown, html, github, sarif or junit; repeatable' -r
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l color -d 'Colours: auto, always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l no-cache -d 'Keep no results and use none'
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l strict -d 'Fail on warnings and on references that cannot be proven too'
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -s q -l quiet -d 'Say nothing but errors'
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -s v -l verbose -d 'Say everything'
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -l print-config -d 'Show each setting with where it came from, and stop'
complete -c edgepress -n "__fish_edgepress_using_subcommand man" -s h -l help -d 'Print help'
