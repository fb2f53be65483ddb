using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Pages;

namespace PixPax.Host.Modules.Album;

/// <summary>The album page, the same for every book.</summary>
internal static class AlbumModule
{
    public const string Folder = "album";

    public static void MapAlbum(this ApiRoutes routes, PixPaxOptions options) => routes.MapPage(Folder, "/album/{bookId}", "pixpax-album", options);
}
