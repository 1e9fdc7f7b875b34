"""What Otter Wiki's own tests find different on our store, each with its reason (STORE.md section 1)."""

COLLECTED = 935

UNCOMMITTED = (
    "makes a file or link in the working tree without committing it, and reads it: the wiki serves HEAD, and "
    "an owner's unfinished edit is nobody else's business"
)
STAGED_FOR_ALL = "wants a staged change to stand in git's index for everybody: ours belongs to one request"
GITPYTHON_BROKEN = "breaks GitPython's working folder to make log() fail: our log() does not go through it"

FAILURES: dict[str, str] = {
    "test_gitstorage.py::test_allow_external_symlinks": UNCOMMITTED,
    "test_gitstorage.py::test_canonical_filename_resolves_internal_symlink": UNCOMMITTED,
    "test_gitstorage.py::test_islink": UNCOMMITTED,
    "test_gitstorage.py::test_restore_is_scoped_to_the_given_paths": STAGED_FOR_ALL,
    "test_gitstorage.py::test_symlink_inside_repository": UNCOMMITTED,
    "test_gitstorage.py::test_symlink_outside_repository": UNCOMMITTED,
    "test_helper.py::test_health_check_error_storage": GITPYTHON_BROKEN,
    "test_otterwiki.py::test_internal_directory_symlink_edit_redirects_to_target": UNCOMMITTED,
    "test_otterwiki.py::test_internal_directory_symlink_post_does_not_redirect": UNCOMMITTED,
    "test_otterwiki.py::test_internal_directory_symlink_preserves_query_string": UNCOMMITTED,
    "test_otterwiki.py::test_internal_directory_symlink_redirects_to_target": UNCOMMITTED,
    "test_otterwiki.py::test_internal_directory_symlink_trailing_slash_redirects": UNCOMMITTED,
    "test_otterwiki.py::test_internal_directory_symlink_with_noncanonical_case_is_not_redirected": UNCOMMITTED,
    "test_otterwiki.py::test_internal_nonpage_symlink_is_not_redirected": UNCOMMITTED,
    "test_otterwiki.py::test_internal_page_in_symlinked_directory_redirects": UNCOMMITTED,
    "test_otterwiki.py::test_internal_page_symlink_with_noncanonical_case_is_not_redirected": UNCOMMITTED,
    "test_otterwiki.py::test_non_version_control_file": UNCOMMITTED,
    "test_rename_with_updated_links.py::test_rename_rollback_keeps_unrelated_uncommitted_changes": STAGED_FOR_ALL,
    "test_sidebar.py::test_sidebar_menutree_lists_internal_directory_symlink_as_leaf": UNCOMMITTED,
}
