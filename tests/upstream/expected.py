"""What Otter Wiki's own tests find different on our store, each with its reason (STORE.md section 1)."""

COLLECTED = 935

UNCOMMITTED = (
    "makes a file or link in the working tree without committing it, and reads it: the wiki serves HEAD, and "
    "an owner's unfinished edit is nobody else's business"
)
STAGED_FOR_ALL = "wants a staged change to stand in git's index for everybody: ours belongs to one request"
GITPYTHON_BROKEN = "breaks GitPython's working folder to make log() fail: our log() does not go through it"

BY_FILE: dict[tuple[str, str], list[str]] = {
    ("test_gitstorage.py", UNCOMMITTED): [
        "test_allow_external_symlinks",
        "test_canonical_filename_resolves_internal_symlink",
        "test_islink",
        "test_symlink_inside_repository",
        "test_symlink_outside_repository",
    ],
    ("test_gitstorage.py", STAGED_FOR_ALL): [
        "test_restore_is_scoped_to_the_given_paths",
    ],
    ("test_helper.py", GITPYTHON_BROKEN): [
        "test_health_check_error_storage",
    ],
    ("test_otterwiki.py", UNCOMMITTED): [
        "test_internal_directory_symlink_edit_redirects_to_target",
        "test_internal_directory_symlink_post_does_not_redirect",
        "test_internal_directory_symlink_preserves_query_string",
        "test_internal_directory_symlink_redirects_to_target",
        "test_internal_directory_symlink_trailing_slash_redirects",
        "test_internal_directory_symlink_with_noncanonical_case_is_not_redirected",
        "test_internal_nonpage_symlink_is_not_redirected",
        "test_internal_page_in_symlinked_directory_redirects",
        "test_internal_page_symlink_with_noncanonical_case_is_not_redirected",
        "test_non_version_control_file",
    ],
    ("test_rename_with_updated_links.py", STAGED_FOR_ALL): [
        "test_rename_rollback_keeps_unrelated_uncommitted_changes",
    ],
    ("test_sidebar.py", UNCOMMITTED): [
        "test_sidebar_menutree_lists_internal_directory_symlink_as_leaf",
    ],
}

FAILURES = {f"{file}::{name}": reason for (file, reason), names in BY_FILE.items() for name in names}
"""Why each test fails that does, by its name."""
