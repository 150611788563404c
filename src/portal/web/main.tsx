import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { startTexts } from './app/texts.ts';

const root = document.getElementById('root');
if (root) startTexts().then(() => createRoot(root).render(<App />));
