namespace Rekey.Cli.Drivers.Postgres;

/// <summary>
/// Functions that a SELECT can call and that change something all the same. A read-only transaction stops those that write to
/// tables and sequences; it does not stop those that act on sessions, files, large objects, replication or other servers.
/// </summary>
internal static class PostgresWritingFunctions
{
    public static IEnumerable<string> Names =>
    [
        .. Data, .. Sessions, .. Locks, .. LargeObjects, .. Files, .. OtherServers, .. Administration, .. Replication, .. Statistics, .. StatementsInText,
    ];

    private static readonly string[] Data = ["nextval", "setval"];

    private static readonly string[] Sessions =
        ["set_config", "pg_terminate_backend", "pg_cancel_backend", "pg_log_backend_memory_contexts", "pg_notify", "pg_export_snapshot"];

    // A session lock outlives the transaction and makes others wait.
    private static readonly string[] Locks =
    [
        "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared",
        "pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock", "pg_try_advisory_xact_lock_shared",
        "pg_advisory_unlock", "pg_advisory_unlock_shared", "pg_advisory_unlock_all",
    ];

    // Before version 16 a read-only transaction lets them through.
    private static readonly string[] LargeObjects =
    [
        "lo_create", "lo_creat", "lo_from_bytea", "lo_import", "lo_export", "lo_open", "lo_put", "lo_truncate", "lo_truncate64", "lo_unlink", "lowrite",
    ];

    // Also those that only read: what lies beside the database is not the database.
    private static readonly string[] Files =
    [
        "pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_ls_logdir", "pg_ls_waldir", "pg_ls_tmpdir", "pg_ls_archive_statusdir", "pg_stat_file",
        "pg_file_write", "pg_file_sync", "pg_file_rename", "pg_file_unlink", "pg_logdir_ls",
    ];

    private static readonly string[] OtherServers =
    [
        "dblink", "dblink_connect", "dblink_connect_u", "dblink_disconnect", "dblink_exec", "dblink_open", "dblink_fetch", "dblink_close",
        "dblink_send_query", "dblink_get_result", "dblink_cancel_query", "postgres_fdw_disconnect", "postgres_fdw_disconnect_all",
        "query_export_to_s3", "table_import_from_s3",
    ];

    private static readonly string[] Administration =
    [
        "pg_reload_conf", "pg_rotate_logfile", "pg_promote", "pg_switch_wal", "pg_create_restore_point",
        "pg_backup_start", "pg_backup_stop", "pg_start_backup", "pg_stop_backup", "pg_wal_replay_pause", "pg_wal_replay_resume",
        "pg_log_standby_snapshot", "pg_import_system_collations", "brin_summarize_new_values", "brin_summarize_range", "brin_desummarize_range",
        "gin_clean_pending_list", "pg_truncate_visibility_map", "heap_force_kill", "heap_force_freeze", "pg_prewarm",
    ];

    private static readonly string[] Replication =
    [
        "pg_create_physical_replication_slot", "pg_create_logical_replication_slot", "pg_copy_physical_replication_slot",
        "pg_copy_logical_replication_slot", "pg_drop_replication_slot", "pg_replication_slot_advance", "pg_sync_replication_slots",
        "pg_logical_slot_get_changes", "pg_logical_slot_get_binary_changes", "pg_logical_emit_message",
        "pg_replication_origin_create", "pg_replication_origin_drop", "pg_replication_origin_advance", "pg_replication_origin_session_setup",
        "pg_replication_origin_session_reset", "pg_replication_origin_xact_setup", "pg_replication_origin_xact_reset",
    ];

    private static readonly string[] Statistics =
    [
        "pg_stat_reset", "pg_stat_reset_shared", "pg_stat_reset_single_table_counters", "pg_stat_reset_single_function_counters",
        "pg_stat_reset_slru", "pg_stat_reset_replication_slot", "pg_stat_reset_subscription_stats", "pg_stat_reset_backend_stats",
        "pg_stat_statements_reset", "pg_clear_relation_stats", "pg_clear_attribute_stats", "pg_restore_relation_stats", "pg_restore_attribute_stats",
    ];

    // They run a text as a statement, in which a name of this list would not be seen.
    private static readonly string[] StatementsInText = ["query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema", "ts_stat"];
}
