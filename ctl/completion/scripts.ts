// The completion scripts of the shells. Each asks `gantry __complete` what may come. Pure.

const BASH = `# gantry completion for bash. Load it with: source <(gantry completion bash)
_gantry() {
  local current="\${COMP_LINE:0:COMP_POINT}" words word
  read -ra words <<<"$current"
  [[ "$current" == *[[:space:]] ]] && words+=("")
  word="\${words[-1]}"
  mapfile -t COMPREPLY < <("\${words[0]}" __complete -- "\${words[@]:1}" 2>/dev/null)
  # Bash replaces only what stands behind the last word break.
  local at="\${word%"\${word##*[:=]}"}"
  COMPREPLY=("\${COMPREPLY[@]#"$at"}")
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == */ ]] && compopt -o nospace
  return 0
}
complete -o default -F _gantry gantry
`;

const ZSH = `#compdef gantry
# gantry completion for zsh. Load it with: source <(gantry completion zsh)
_gantry() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found:#}")
  (( \${#found} )) && compadd -- "\${found[@]}" || _files
}
compdef _gantry gantry
`;

const FISH = `# gantry completion for fish. Load it with: gantry completion fish | source
function __gantry_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c gantry -f -a '(__gantry_complete)'
`;

/** By the shell's name. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
