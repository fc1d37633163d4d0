using System.Text.Json;

namespace Rekey.Cli.Configuration;

/// <summary>Reads a command whose output is the secret.</summary>
internal sealed class CommandReader(ProblemList problems)
{
    private const int MostArguments = 100;
    private const int MostVariables = 50;

    public Origin.Command? Read(JsonElement element, string path)
    {
        if (StrictObject.Read(element, path, KeySet.Command, problems) is not { } command)
            return null;
        var arguments = TextsOf(command, "exec", MostArguments, "An array of texts is needed: the program and its arguments.");
        var variables = TextsOf(command, "env", MostVariables, "An array of names of environment variables is needed.");
        var timeout = command.Number("timeoutSeconds", 1, 14);
        var every = command.Number("everySeconds", 5, 86_400);
        if (arguments is [])
            problems.Add(command.PathOf("exec"), "The array is empty: the program is missing.");
        return arguments is null or [] ? null : new Origin.Command(
            arguments, command.Text("field"), variables ?? [],
            timeout is { } limit ? TimeSpan.FromSeconds(limit) : null, every is { } interval ? TimeSpan.FromSeconds(interval) : null);
    }

    // A text may be a secret in the wrong place: it is not repeated.
    private IReadOnlyList<string>? TextsOf(StrictObject command, string key, int most, string problem)
    {
        if (command[key] is not { } array)
            return null;
        if (array.ValueKind is JsonValueKind.Array && array.GetArrayLength() <= most && array.EnumerateArray().All(static one => one.ValueKind is JsonValueKind.String))
            return [.. array.EnumerateArray().Select(static one => one.GetString()!)];
        problems.Add(command.PathOf(key), problem);
        return null;
    }
}
