using Concord.Cli;
using Concord.Cli.Commands;
using Concord.Cli.Running;

using var signals = new StopSignals();
return await Tool.RunAsync(args, Terminal.Standard(), signals.Token);

namespace Concord.Cli
{
    /// <summary>The tool: what it can do, in the order in which it is listed.</summary>
    internal static class Tool
    {
        public static Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken) =>
            Invocation.RunAsync(
                args,
                terminal,
                cancellationToken,
                CanonicalizeCommand.Create(terminal),
                HashCommand.Create(terminal),
                VerifyCommand.Create(terminal),
                FsckCommand.Create(terminal),
                DoctorCommand.Create(terminal),
                ExportCommand.Create(terminal),
                ImportCommand.Create(terminal));
    }
}
