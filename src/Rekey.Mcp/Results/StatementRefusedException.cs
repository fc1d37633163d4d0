using System.Data.Common;

namespace Rekey.Mcp.Results;

/// <summary>The driver did not even send the statement.</summary>
internal sealed class StatementRefusedException() : DbException("The driver refused the statement.");
