namespace Rekey.Databases;

/// <summary>What is wrong with the content of a database secret: one problem a field, the first that is found, names and never values.</summary>
internal sealed class DatabaseProblems
{
    private readonly List<(string Field, string Problem)> _found = [];

    public bool Any => _found.Count > 0;

    public IEnumerable<string> Sentences => _found.Select(static p => $"{p.Field}: {p.Problem}");

    public void Add(string field, string problem)
    {
        if (!_found.Exists(p => p.Field == field))
            _found.Add((field, problem));
    }

    public string? Engine(string? name)
    {
        if (name is null)
            return null;
        var engine = DatabaseEngines.Named(name);
        var ours = string.Join(", ", DatabaseEngines.Names);
        if (engine is null)
            Add("engine", DatabaseEngines.Foreign(name) is { } foreign ? $"{foreign} is not supported ({ours} are)" : $"not one of {ours}");
        return engine;
    }

    public int? Port(string? text)
    {
        if (text is null)
            return null;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue)
            return port;
        Add("port", "not a port number");
        return null;
    }

    public bool? Encrypt(string? text)
    {
        if (text is null)
            return null;
        if (bool.TryParse(text, out var encrypt))
            return encrypt;
        Add("encrypt", "neither true nor false");
        return null;
    }
}
