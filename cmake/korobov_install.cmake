# install(): library, headers, finders, and the packages that find_package(korobov) and pkg-config read.
set(korobov_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/korobov")
install(TARGETS korobov EXPORT korobov_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/korobov DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT korobov_targets NAMESPACE korobov:: FILE korobov-targets.cmake DESTINATION ${korobov_package_dir})
configure_package_config_file(cmake/korobov-config.cmake.in korobov-config.cmake INSTALL_DESTINATION ${korobov_package_dir})
write_basic_package_version_file(korobov-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/korobov-config.cmake" "${CMAKE_CURRENT_BINARY_DIR}/korobov-config-version.cmake"
  cmake/FindFFTW3.cmake cmake/FindNLopt.cmake DESTINATION ${korobov_package_dir})
install(FILES LICENSE data/LICENSE.joe-kuo DESTINATION ${CMAKE_INSTALL_DOCDIR})   # of the code and of the tables in it

# pkg-config: the prefix is where the file lies, so `cmake --install --prefix` and a moved tree stay right. A static
# library leaves NLopt and FFTW to the final link: pkg-config --static adds them.
file(RELATIVE_PATH KOROBOV_PC_UP "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" KOROBOV_PC_UP "${KOROBOV_PC_UP}")
set(KOROBOV_PC_REQUIRES nlopt)
if(KOROBOV_WITH_FFTW)
  string(APPEND KOROBOV_PC_REQUIRES " fftw3")
endif()
configure_file(cmake/korobov.pc.in korobov.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/korobov.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
