export const readmeCommands = [];
