#compdef edgepress

autoload -U is-at-least

_edgepress() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_edgepress_commands" \
"*::: :->edgepress" \
&& ret=0
    case $state in
    (edgepress)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:edgepress-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
'(--in-place)-o+[Folder to publish; replaced as a whole or not at all]:OUT:_files' \
'(--in-place)--out=[Folder to publish; replaced as a whole or not at all]:OUT:_files' \
'*--host=[Hosts to write header files for, separated by commas]:NAME,..:_default' \
'--previous=[Folder or manifest of the tree that is deployed now \[default\: OUT as it is\]]:PATH:_files' \
'--base=[URL path of the site, or the address of a CDN in front of it]:URL-PATH:_default' \
'*--include=[Take only what matches; repeatable]:GLOB:_default' \
'*--exclude=[Leave out what matches; repeatable]:GLOB:_default' \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--in-place[Exchange the site itself for the result]' \
'--force[Replace OUT even if edgepress did not write it]' \
'--dry-run[Do everything but publish]' \
'(--dry-run)-w[Build again whenever the site or the configuration changes]' \
'(--dry-run)--watch[Build again whenever the site or the configuration changes]' \
'--no-fingerprint[Leave every name as it is]' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
':site -- Folder with the finished site; never written:_files' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--base=[URL path of the site, or the address of a CDN in front of it]:URL-PATH:_default' \
'*--include=[Take only what matches; repeatable]:GLOB:_default' \
'*--exclude=[Leave out what matches; repeatable]:GLOB:_default' \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--staged[Only what git has staged]' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
'::site -- Folder with the finished site:_files' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'--base=[URL path of the site, or the address of a CDN in front of it]:URL-PATH:_default' \
'*--include=[Take only what matches; repeatable]:GLOB:_default' \
'*--exclude=[Leave out what matches; repeatable]:GLOB:_default' \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
':site -- Folder with the finished site:_files' \
':file -- Path of the file in the site:_default' \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
':site -- Folder that was pressed in place:_files' \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--force[Replace an edgepress.toml that is there]' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
'::root -- Folder of the project:_files' \
&& ret=0
;;
(cache)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_edgepress__subcmd__cache_commands" \
"*::: :->cache" \
&& ret=0

    case $state in
    (cache)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:edgepress-cache-command-$line[1]:"
        case $line[1] in
            (stats)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(clear)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(gc)
_arguments "${_arguments_options[@]}" : \
'--max=[How large the cache may stay]:SIZE:_default' \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
'::of -- config or report:((config\:"edgepress.toml"
report\:"The JSON report"))' \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
':shell -- bash, zsh, fish or powershell:((bash\:"bash"
zsh\:"zsh"
fish\:"fish"
powershell\:"PowerShell"))' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'-o+[Folder to write the page of every command to]:DIR:_files' \
'--out=[Folder to write the page of every command to]:DIR:_files' \
'--config=[Configuration to read instead of edgepress.toml or package.json]:FILE:_files' \
'--level=[How much work to do\: fast, default or max]:LEVEL:(fast default max)' \
'(--no-cache)--cache-dir=[Folder where results are kept for the next run]:DIR:_files' \
'-j+[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--jobs=[Threads to use \[default\: as many as there are cores\]]:N:_default' \
'--memory=[Memory that big work may take, such as "1 GiB"]:SIZE:_default' \
'--isolation=[Work in processes of its own, in case of crashes\: auto, on or off]:WHAT:(auto on off)' \
'--wait=[How long to wait for another run that writes the same output \[default\: 60\]]:SECONDS:_default' \
'*--report=[human, json, markdown, html, github, sarif or junit; repeatable]:FORMAT[=FILE]:_default' \
'--color=[Colours\: auto, always or never]:WHEN:(auto always never)' \
'--no-cache[Keep no results and use none]' \
'--strict[Fail on warnings and on references that cannot be proven too]' \
'(-v --verbose)-q[Say nothing but errors]' \
'(-v --verbose)--quiet[Say nothing but errors]' \
'-v[Say everything]' \
'--verbose[Say everything]' \
'--print-config[Show each setting with where it came from, and stop]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_edgepress_commands] )) ||
_edgepress_commands() {
    local commands; commands=(
'build:Press a site and publish the result as a new tree' \
'check:Hold a site to its budgets and look for faults; writes nothing' \
'explain:Tell the story of one file\: steps, bytes, references, headers' \
'restore:Undo \`build --in-place\`\: the site as it was comes back' \
'init:Detect the framework and write a commented edgepress.toml' \
'cache:Look at the cache of results, or make room' \
'schema:Print a JSON Schema\: of edgepress.toml, or of the JSON report' \
'completions:Print completions for a shell' \
'man:Print the manual page, or write those of all commands' \
    )
    _describe -t commands 'edgepress commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__build_commands] )) ||
_edgepress__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress build commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__cache_commands] )) ||
_edgepress__subcmd__cache_commands() {
    local commands; commands=(
'stats:Say how many results are kept, and how large they are' \
'clear:Throw all results away' \
'gc:Throw the results away that were not used for longest' \
    )
    _describe -t commands 'edgepress cache commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__cache__subcmd__clear_commands] )) ||
_edgepress__subcmd__cache__subcmd__clear_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress cache clear commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__cache__subcmd__gc_commands] )) ||
_edgepress__subcmd__cache__subcmd__gc_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress cache gc commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__cache__subcmd__stats_commands] )) ||
_edgepress__subcmd__cache__subcmd__stats_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress cache stats commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__check_commands] )) ||
_edgepress__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress check commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__completions_commands] )) ||
_edgepress__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress completions commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__explain_commands] )) ||
_edgepress__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress explain commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__init_commands] )) ||
_edgepress__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress init commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__man_commands] )) ||
_edgepress__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress man commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__restore_commands] )) ||
_edgepress__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress restore commands' commands "$@"
}
(( $+functions[_edgepress__subcmd__schema_commands] )) ||
_edgepress__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'edgepress schema commands' commands "$@"
}

if [ "$funcstack[1]" = "_edgepress" ]; then
    _edgepress "$@"
else
    compdef _edgepress edgepress
fi
