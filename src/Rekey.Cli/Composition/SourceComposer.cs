using Rekey.Cli.Configuration;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>Puts the entries of <c>from</c> together to one source.</summary>
internal sealed class SourceComposer(
    Func<SecretReference, CredentialSource<SecretDocument>> open, Func<Origin.Command, CredentialSource<SecretDocument>> run)
{
    public CredentialSource<TCredential> Compose<TCredential>(IReadOnlyList<Origin> from, Func<SecretDocument, string?, string, TCredential> read)
        where TCredential : class, ICredential =>
        from.Count == 1 ? One(from[0], read) : new OrderedSources<TCredential>([.. from.Select(origin => One(origin, read))]);

    private ReadingSource<TCredential> One<TCredential>(Origin origin, Func<SecretDocument, string?, string, TCredential> read)
        where TCredential : class, ICredential
    {
        switch (origin)
        {
            case Origin.Single { Reference: var reference }:
                return new ReadingSource<TCredential>(open(reference), document => read(document, reference.Field, reference.Text));
            case Origin.Command command:
                var output = run(command);
                return new ReadingSource<TCredential>(output, document => read(document, command.Field, output.Reference));
            case Origin.Composed composed:
                var source = Composed(composed);
                return new ReadingSource<TCredential>(source, document => read(document, null, source.Reference));
            default:
                throw new InvalidOperationException("An origin is one reference or several.");
        }
    }

    // Fields of one document come from one source, which is asked once.
    private ComposedSource Composed(Origin.Composed composed)
    {
        var sources = composed.References.Select(static r => r.WithoutField()).Distinct().ToDictionary(static document => document, open);
        return new ComposedSource(composed.Parts.ToDictionary(
            static part => part.Key, part => (sources[part.Value.WithoutField()], part.Value.Field), StringComparer.Ordinal));
    }
}
