# korobov_embed(<symbol> <file>): links the bytes of <file> into the library as korobov_data_<symbol> ..
# korobov_data_<symbol>_end (read through src/generators/embedded.hpp). The assembler includes the file itself, so
# nothing is expanded into source text.
function(korobov_embed symbol file)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.S")
  get_filename_component(path "${file}" ABSOLUTE)
  if(APPLE)
    set(section ".const_data")
    set(prefix "_")
    set(note "")
    set(hidden ".private_extern")
  else()
    set(section ".section .rodata.korobov_data_${symbol},\"a\"")
    set(prefix "")
    set(note ".section .note.GNU-stack,\"\",%progbits")
    set(hidden ".hidden")
  endif()
  file(CONFIGURE OUTPUT "${source}" CONTENT "
${section}
.global ${prefix}korobov_data_${symbol}
.global ${prefix}korobov_data_${symbol}_end
${hidden} ${prefix}korobov_data_${symbol}
${hidden} ${prefix}korobov_data_${symbol}_end
.balign 64
${prefix}korobov_data_${symbol}:
.incbin \"${path}\"
${prefix}korobov_data_${symbol}_end:
.byte 0
${note}
")
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${path}")
  target_sources(korobov PRIVATE "${source}")
endfunction()

