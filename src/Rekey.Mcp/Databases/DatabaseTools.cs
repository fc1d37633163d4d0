using Rekey.Mcp.Arguments;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>The eleven tools that read databases, in the order in which they are listed.</summary>
internal static class DatabaseTools
{
    public static IEnumerable<RekeyTool> For(DatabaseSet databases) =>
    [
        new CatalogListTool(
            new ToolText("list_schemas", "List schemas", "Lists the user-defined schemas of the database."),
            databases, new CatalogListing(CatalogQuery.Schemas, "schemas", HasSchema: false, "schema_name")),
        new CatalogListTool(
            new ToolText("list_tables", "List tables", "Lists the tables of the database, or of one schema."),
            databases, new CatalogListing(CatalogQuery.Tables, "tables", HasSchema: true, "schema_name", "table_name")),
        new TableDetailTool(
            new ToolText("describe_table", "Describe table", "Lists the columns of a table or view in order: type, whether it takes null, identity, primary key, default."),
            databases, new TableDetail(CatalogQuery.Columns, "columns", Columns, "\"column_name\", \"data_type\", \"is_nullable\", \"is_identity\", \"is_primary_key\"")),
        new TableDetailTool(
            new ToolText("list_indexes", "List indexes", "Lists the indexes of a table, one entry for each index and column."),
            databases, new TableDetail(CatalogQuery.Indexes, "indexes", Indexes, "\"index_name\", \"ordinal\", \"is_unique\", \"is_primary_key\"")),
        new TableDetailTool(
            new ToolText("list_foreign_keys", "List foreign keys", "Lists the foreign keys that start at a table, one entry for each column."),
            databases, new TableDetail(CatalogQuery.ForeignKeys, "foreign_keys", ForeignKeys, "\"constraint_name\", \"column_name\", \"referenced_table\"")),
        new CatalogListTool(
            new ToolText("list_views", "List views", "Lists the views of the database, or of one schema."),
            databases, new CatalogListing(CatalogQuery.Views, "views", HasSchema: true, "schema_name", "view_name")),
        new DefinitionTool(
            new ToolText("get_view_definition", "Show view source", "Shows the SQL source of a view."),
            databases, new Definition(CatalogQuery.ViewDefinition, View, DatabaseToolErrors.ViewNotFound)),
        new CatalogListTool(
            new ToolText("list_procedures", "List procedures", "Lists the procedures and functions of the database, or of one schema."),
            databases, new CatalogListing(CatalogQuery.Procedures, "procedures", HasSchema: true, "schema_name", "procedure_name", "procedure_type")),
        new DefinitionTool(
            new ToolText("get_procedure_definition", "Show procedure source", "Shows the source of a procedure or function. It is not run."),
            databases, new Definition(CatalogQuery.ProcedureDefinition, Procedure, DatabaseToolErrors.ProcedureNotFound)),
        new SampleRowsTool(
            new ToolText("sample_rows", "Sample rows", "Reads the first rows of a table or view, to see what its data looks like."),
            databases),
        new RunSelectTool(
            new ToolText(
                "run_select", "Run a query",
                "Runs one SELECT (or WITH … SELECT) in a read-only transaction and returns its first rows. Long cells are cut and say so; "
                + "'truncated' says that there is more. A statement ends after 30 seconds and is never run twice."),
            databases),
    ];

    private static readonly TextParameter View = new("view", "The view.") { IsRequired = true };

    private static readonly TextParameter Procedure = new("procedure", "The procedure or function.") { IsRequired = true };

    private const string Columns =
        """
        "column_name": { "type": "string" },
        "data_type": { "type": "string" },
        "is_nullable": { "type": "boolean" },
        "is_identity": { "type": "boolean" },
        "is_primary_key": { "type": "boolean" },
        "column_default": { "type": ["string", "null"] }
        """;

    private const string Indexes =
        """
        "index_name": { "type": "string" },
        "column_name": { "type": ["string", "null"] },
        "ordinal": { "type": "integer" },
        "is_unique": { "type": "boolean" },
        "is_primary_key": { "type": "boolean" }
        """;

    private const string ForeignKeys =
        """
        "constraint_name": { "type": ["string", "null"] },
        "column_name": { "type": "string" },
        "referenced_schema": { "type": ["string", "null"] },
        "referenced_table": { "type": "string" },
        "referenced_column": { "type": ["string", "null"] }
        """;
}
