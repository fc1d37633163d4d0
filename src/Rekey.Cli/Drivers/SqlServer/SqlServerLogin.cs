using System.Security;
using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>A login in the form in which SqlClient takes it outside a connection string, which others could read.</summary>
internal static class SqlServerLogin
{
    public static SqlCredential Of(DatabaseCredential login)
    {
        var password = new SecureString();
        foreach (var letter in login.Password.Reveal())
            password.AppendChar(letter);
        password.MakeReadOnly();
        return new SqlCredential(login.UserName, password);
    }
}
