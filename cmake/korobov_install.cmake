# install(): library, headers, FFTW finder, and the package that find_package(korobov) reads.
set(korobov_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/korobov")
install(TARGETS korobov EXPORT korobov_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/korobov DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT korobov_targets NAMESPACE korobov:: FILE korobov-targets.cmake DESTINATION ${korobov_package_dir})
configure_package_config_file(cmake/korobov-config.cmake.in korobov-config.cmake INSTALL_DESTINATION ${korobov_package_dir})
write_basic_package_version_file(korobov-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/korobov-config.cmake" "${CMAKE_CURRENT_BINARY_DIR}/korobov-config-version.cmake"
  cmake/FindFFTW3.cmake DESTINATION ${korobov_package_dir})
install(FILES LICENSE data/LICENSE.joe-kuo DESTINATION ${CMAKE_INSTALL_DOCDIR})   # of the code and of the tables in it
