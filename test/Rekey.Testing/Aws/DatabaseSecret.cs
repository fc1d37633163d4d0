using System.Text.Json.Nodes;
using Rekey.Testing.Postgres;

namespace Rekey.Testing.Aws;

/// <summary>A secret that holds a login of a real PostgreSQL, as the service's own templates write it.</summary>
public static class DatabaseSecret
{
    /// <summary>Makes the login and its secret and returns the ARN. Further <paramref name="fields"/> join the document or replace its own.</summary>
    public static async Task<string> CreateAsync(
        AwsSecrets secrets, string name, PostgresServer postgres, string user, Secret password, IReadOnlyDictionary<string, JsonNode?>? fields = null)
    {
        await postgres.CreateRoleAsync(user, password.Reveal());
        var document = new JsonObject
        {
            ["engine"] = "postgres",
            ["host"] = postgres.Host,
            ["port"] = postgres.Port,
            ["username"] = user,
            ["password"] = password.Reveal(),
            ["dbname"] = "postgres",
        };
        foreach (var (key, value) in fields ?? new Dictionary<string, JsonNode?>())
            document[key] = value;
        return secrets.Create(name, new Secret(document.ToJsonString()));
    }
}
